"""Where the number and the words of a link stand: on its line, on nothing else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archgen.pictures.geometry import Box, Places
from archgen.pictures.routing import Point
from archgen.pictures.scene import Link, Scene
from archgen.pictures.text import width

LABEL_SIZE = 10.0
STEP_SIZE = 9.5
RADIUS = 9.0
_HEIGHT = 18.0
_STEP = 6.0
_ENDS = 12.0
"""Kept clear at both ends of a line, for the port and the arrow."""
_OTHER_LINE = 30.0
_VERTICAL = 4.0
_CUT_BORDER = 3.0


@dataclass(frozen=True, kw_only=True)
class Label:
    """A pill on a line. `text` is empty where there was room for the number alone."""

    link: str
    box: Box
    step: int | None
    text: str


def labelled(
    scene: Scene, places: Places, lines: Mapping[str, Sequence[Point]]
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The labels in the order of the scene's links, and the ids of the links whose label found no place."""
    closed = [box.grown(2) for place in places.nodes.values() for box in (place.icon, place.label)]
    closed += [framed.title for framed in places.frames.values()]
    segments = {id: tuple(itertools.pairwise(line)) for id, line in lines.items()}
    borders = [framed.box for framed in places.frames.values()]
    found: dict[str, Label] = {}
    homeless = []
    # The shortest lines have the fewest places to offer, so they choose first.
    for link in sorted(scene.links, key=lambda link: (_length(lines[link.id]), link.id)):
        if link.step is None and not link.label:
            continue
        near = _around(lines[link.id]).grown(label_width(link.label, link.step) + 2 * _HEIGHT)
        others = [part for id, parts in segments.items() if id != link.id for part in parts if _cuts(part, near)]
        for text in (link.label, "") if link.step is not None and link.label else (link.label,):
            box = _best(link, text, segments[link.id], closed, others, borders)
            if box is not None:
                found[link.id] = Label(link=link.id, box=box, step=link.step, text=text)
                closed.append(box.grown(2))
                break
        else:
            homeless.append(link.id)
    return tuple(found[link.id] for link in scene.links if link.id in found), tuple(sorted(homeless))


def label_width(text: str, step: int | None) -> float:
    """Width of a pill with these words and a number."""
    inner = width(text, LABEL_SIZE) + 6 if text else 0.0
    return inner + (2 * RADIUS + (2 if text else 0) if step is not None else 6.0)


def _best(
    link: Link,
    text: str,
    own: Sequence[tuple[Point, Point]],
    closed: Sequence[Box],
    others: Sequence[tuple[Point, Point]],
    borders: Sequence[Box],
) -> Box | None:
    best: tuple[float, Box] | None = None
    total = sum(math.dist(a, b) for a, b in own)
    for box, score, at in _candidates(own, label_width(text, link.step)):
        if best is not None and score >= best[0]:
            continue
        if any(box.meets(one) for one in closed):
            continue
        score += _OTHER_LINE * sum(_cuts(part, box) for part in others)
        score += _CUT_BORDER * sum(box.meets(one) and not one.holds(box) for one in borders)
        # Near the middle, a little towards where it is read first.
        score += 6 * abs(at / total - 0.45)
        if best is None or score < best[0]:
            best = (score, box)
    return best[1] if best else None


def _candidates(own: Sequence[tuple[Point, Point]], wide: float) -> Iterator[tuple[Box, float, float]]:
    """Boxes along the line with a first score and their distance from its start."""
    walked = 0.0
    for a, b in own:
        length = math.dist(a, b)
        level = a[1] == b[1]
        room = length - 2 * _ENDS
        size = wide if level else _HEIGHT
        for n in range(int(max(room - size, 0.0) // _STEP) + 1):
            at = _ENDS + size / 2 + n * _STEP if room >= size else length / 2
            x, y = a[0] + (b[0] - a[0]) * at / length, a[1] + (b[1] - a[1]) * at / length
            fits = 0.0 if room >= size else 20.0
            base = fits + (0.0 if level else _VERTICAL) - min(length, 120.0) / 40
            box = Box(x=x - wide / 2, y=y - _HEIGHT / 2, w=wide, h=_HEIGHT)
            if room >= size:
                yield box, base, walked + at
            sides = (
                ((0.0, -_HEIGHT / 2 - 4), (0.0, _HEIGHT / 2 + 4))
                if level
                else ((wide / 2 + 5, 0.0), (-wide / 2 - 5, 0.0))
            )
            for dx, dy in sides:
                yield box.moved(dx, dy), base + 8.0, walked + at
        walked += length


def _around(line: Sequence[Point]) -> Box:
    left, top = min(x for x, _ in line), min(y for _, y in line)
    return Box(x=left, y=top, w=max(x for x, _ in line) - left, h=max(y for _, y in line) - top)


def _cuts(part: tuple[Point, Point], box: Box) -> bool:
    (ax, ay), (bx, by) = part
    return (
        min(ax, bx) < box.right and box.x < max(ax, bx) + 0.1 and min(ay, by) < box.bottom and box.y < max(ay, by) + 0.1
    )


def _length(line: Sequence[Point]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(line))
