"""What has to hold of every layout, whatever it shows. Each check names what breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from archgen.pictures.geometry import Box
from archgen.pictures.layout import Layout
from archgen.pictures.routing import Point
from archgen.pictures.scene import BOUNDARIES

Segment = tuple[Point, Point]


def faults(layout: Layout) -> list[str]:
    """Everything that is wrong with a layout."""
    return [
        *_outside(layout),
        *_overlapping(layout),
        *_wrong_frames(layout),
        *_covered_labels(layout),
        *_lines_through(layout),
        *_foreign_boundaries(layout),
        *_left_boundaries(layout),
        *_not_drawn_once(layout),
        *_diagonal(layout),
    ]


def _outside(layout: Layout) -> Iterator[str]:
    boxes = [("icon", p.node.id, p.icon) for p in layout.nodes] + [("text", p.node.id, p.label) for p in layout.nodes]
    boxes += [("frame", f.frame.id, f.box) for f in layout.frames] + [
        ("label", one.link, one.box) for one in layout.labels
    ]
    for what, id, box in boxes:
        if not layout.box.holds(box):
            yield f"the {what} of {id} leaves the page"
    for line in layout.lines:
        if any(not layout.box.holds(Box(x=x, y=y, w=0, h=0)) for x, y in line.points):
            yield f"the line {line.link.id} leaves the page"


def _overlapping(layout: Layout) -> Iterator[str]:
    boxes = [(f"icon of {p.node.id}", p.icon) for p in layout.nodes]
    boxes += [(f"text of {p.node.id}", p.label) for p in layout.nodes]
    boxes += [(f"title of {f.frame.id}", f.title) for f in layout.frames]
    for (one, a), (two, b) in combinations(boxes, 2):
        if a.meets(b):
            yield f"{one} lies on {two}"
    for a, b in combinations(layout.frames, 2):
        nested = a.frame.id in layout.scene.chain(b.frame.id) or b.frame.id in layout.scene.chain(a.frame.id)
        if not nested and a.box.meets(b.box):
            yield f"frame {a.frame.id} overlaps frame {b.frame.id}"


def _wrong_frames(layout: Layout) -> Iterator[str]:
    for place in layout.nodes:
        around = set(layout.scene.chain(place.node.frame))
        for framed in layout.frames:
            if framed.frame.id in around and not (framed.box.holds(place.icon) and framed.box.holds(place.label)):
                yield f"{place.node.id} is not inside {framed.frame.id}"
            if framed.frame.id not in around and (framed.box.meets(place.icon) or framed.box.meets(place.label)):
                yield f"{place.node.id} lies in {framed.frame.id}, where it does not belong"
    for framed in layout.frames:
        for outer in layout.frames:
            inside = outer.frame.id in layout.scene.chain(framed.frame.parent)
            if inside and not outer.box.holds(framed.box):
                yield f"frame {framed.frame.id} sticks out of {outer.frame.id}"


def _covered_labels(layout: Layout) -> Iterator[str]:
    for label in layout.labels:
        for place in layout.nodes:
            if label.box.meets(place.icon) or label.box.meets(place.label):
                yield f"label {label.link} lies on {place.node.id}"
        for framed in layout.frames:
            if label.box.meets(framed.title):
                yield f"label {label.link} lies on the title of {framed.frame.id}"
    for a, b in combinations(layout.labels, 2):
        if a.box.meets(b.box):
            yield f"label {a.link} lies on label {b.link}"


def _lines_through(layout: Layout) -> Iterator[str]:
    for line in layout.lines:
        for segment in segments(line.points):
            for place in layout.nodes:
                if _crosses(segment, place.icon) or _crosses(segment, place.label):
                    yield f"line {line.link.id} runs under {place.node.id}"
            for framed in layout.frames:
                if _crosses(segment, framed.title):
                    yield f"line {line.link.id} runs under the title of {framed.frame.id}"


def _foreign_boundaries(layout: Layout) -> Iterator[str]:
    frames = {place.node.id: layout.scene.chain(place.node.frame) for place in layout.nodes}
    for line in layout.lines:
        own = {*frames[line.link.source], *frames[line.link.target]}
        for framed in layout.frames:
            closed = framed.frame.kind in BOUNDARIES and framed.frame.id not in own
            if closed and any(_crosses(segment, framed.box) for segment in segments(line.points)):
                yield f"line {line.link.id} passes through {framed.frame.id}"


def _left_boundaries(layout: Layout) -> Iterator[str]:
    frames = {place.node.id: layout.scene.chain(place.node.frame) for place in layout.nodes}
    for line in layout.lines:
        shared = set(frames[line.link.source]) & set(frames[line.link.target])
        for framed in layout.frames:
            holds = framed.frame.kind in BOUNDARIES and framed.frame.id in shared
            if holds and not all(framed.box.holds(Box(x=x, y=y, w=0, h=0)) for x, y in line.points):
                yield f"line {line.link.id} leaves {framed.frame.id}, in which both of its ends lie"


def _not_drawn_once(layout: Layout) -> Iterator[str]:
    if sorted(line.link.id for line in layout.lines) != sorted(link.id for link in layout.scene.links):
        yield "not every link is drawn exactly once"
    wanted = sorted(link.id for link in layout.scene.links if link.step is not None or link.label)
    if sorted(label.link for label in layout.labels) != wanted:
        yield "not every numbered link has its label"


def _diagonal(layout: Layout) -> Iterator[str]:
    for line in layout.lines:
        for (ax, ay), (bx, by) in segments(line.points):
            if (ax != bx) == (ay != by):
                yield f"line {line.link.id} has a segment that is not level or upright"


def segments(points: Sequence[Point]) -> list[Segment]:
    """The stretches between the corners."""
    return list(pairwise(points))


def _crosses(segment: Segment, box: Box) -> bool:
    (ax, ay), (bx, by) = segment
    return (
        (min(ax, bx) < box.right and box.x < max(ax, bx) and min(ay, by) < box.bottom and box.y < max(ay, by))
        or (ay == by and box.y < ay < box.bottom and min(ax, bx) < box.right and box.x < max(ax, bx))
        or (ax == bx and box.x < ax < box.right and min(ay, by) < box.bottom and box.y < max(ay, by))
    )
