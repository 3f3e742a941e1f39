"""From slots to points on the page: column widths from the text they hold, gaps from the frames that end in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archgen.pictures.scene import Frame, Node, Scene
from archgen.pictures.shelves import Cells
from archgen.pictures.text import width, wrap

ICON = 48.0
TITLE_SIZE, LINE_SIZE, FRAME_SIZE = 12.0, 10.0, 11.5
TITLE_STEP, LINE_STEP = 15.0, 13.0
TEXT_LIMIT = 148.0
"""Wider text is wrapped."""
LABEL_GAP = 6.0
"""Between an icon and its text."""
_SIDE, _TOP, _BOTTOM = 16.0, 32.0, 14.0
_FREE = 46.0
"""Between neighbours, for lines and their labels."""
_CHANNEL = 30.0
"""Beside a frame's border, for lines that go round it."""
_NARROWEST = 104.0
_EMPTY = 60.0


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle; `y` grows downwards."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.w / 2, self.y + self.h / 2

    def grown(self, by: float) -> Box:
        """The box with a margin of `by` on each side."""
        return Box(x=self.x - by, y=self.y - by, w=self.w + 2 * by, h=self.h + 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two share more than a border."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        """Whether `other` lies wholly within; a shared border counts as within."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def moved(self, dx: float, dy: float) -> Box:
        """The box elsewhere."""
        return Box(x=self.x + dx, y=self.y + dy, w=self.w, h=self.h)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A node with its icon's box, its wrapped text, and the box of that text."""

    node: Node
    icon: Box
    title: tuple[str, ...]
    lines: tuple[str, ...]
    label: Box


@dataclass(frozen=True, kw_only=True)
class Framed:
    """A frame with its box and the box of its title."""

    frame: Frame
    box: Box
    title: Box


@dataclass(frozen=True, kw_only=True)
class Places:
    """Everything but the links, in points. `columns` and `rows` are the spans of the slots: start and end."""

    nodes: Mapping[str, Placed]
    frames: Mapping[str, Framed]
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]
    width: float
    height: float


def placed(scene: Scene, cells: Cells, extra: Mapping[tuple[str, int], float] | None = None) -> Places:
    """The places of a scene. `extra` widens gaps: ("x" or "y", index of the slot before the gap) -> points."""
    extra = extra or {}
    texts = {node.id: _text(node) for node in scene.nodes}
    widths, heights = [_EMPTY] * cells.columns, [_EMPTY / 2] * cells.rows
    for id, (column, row) in cells.nodes.items():
        title, lines, wide, high = texts[id]
        widths[column] = max(widths[column], _NARROWEST, wide + 10)
        heights[row] = max(heights[row], ICON + LABEL_GAP + high)
    depth_x = _Depths(scene, cells, 0, _SIDE, _SIDE)
    depth_y = _Depths(scene, cells, 1, _TOP, _BOTTOM)
    _make_room_for_titles(scene, cells, widths, depth_x)
    xs = _spans(widths, depth_x, [extra.get(("x", i), 0.0) for i in range(-1, cells.columns)])
    ys = _spans(heights, depth_y, [extra.get(("y", i), 0.0) for i in range(-1, cells.rows)])
    nodes = {}
    for node in scene.nodes:
        title, lines, wide, high = texts[node.id]
        column, row = cells.nodes[node.id]
        middle = round((xs[column][0] + xs[column][1]) / 2)
        icon = Box(x=middle - ICON / 2, y=ys[row][0], w=ICON, h=ICON)
        label = Box(x=middle - wide / 2, y=icon.bottom + LABEL_GAP, w=wide, h=high)
        nodes[node.id] = Placed(node=node, icon=icon, title=title, lines=lines, label=label)
    frames = {}
    for frame in scene.frames:
        if frame.id in cells.frames:
            c0, r0, c1, r1 = cells.frames[frame.id]
            x, y = xs[c0][0] - depth_x.before[frame.id], ys[r0][0] - depth_y.before[frame.id]
            right, bottom = xs[c1][1] + depth_x.after[frame.id], ys[r1][1] + depth_y.after[frame.id]
            title_box = Box(x=x + 6, y=y + 5, w=title_width(frame) + 8, h=18)
            frames[frame.id] = Framed(frame=frame, box=Box(x=x, y=y, w=right - x, h=bottom - y), title=title_box)
    return Places(
        nodes=nodes,
        frames=frames,
        columns=tuple(xs),
        rows=tuple(ys),
        width=xs[-1][1] + depth_x.last + _CHANNEL + 10 + extra.get(("x", cells.columns - 1), 0.0),
        height=ys[-1][1] + depth_y.last + _CHANNEL + 10 + extra.get(("y", cells.rows - 1), 0.0),
    )


def title_width(frame: Frame) -> float:
    """Width of a frame's title."""
    return width(frame.title, FRAME_SIZE, bold=True)


def _text(node: Node) -> tuple[tuple[str, ...], tuple[str, ...], float, float]:
    title = wrap(node.title, TITLE_SIZE, TEXT_LIMIT, bold=True)
    lines = tuple(part for line in node.lines for part in wrap(line, LINE_SIZE, TEXT_LIMIT))
    wide = max([width(t, TITLE_SIZE, bold=True) for t in title] + [width(t, LINE_SIZE) for t in lines], default=0.0)
    return title, lines, wide, TITLE_STEP * len(title) + LINE_STEP * len(lines) + 2


class _Depths:
    """How far each frame reaches out beyond its slots in one direction, and how far the frames of each gap do."""

    def __init__(self, scene: Scene, cells: Cells, axis: int, before: float, after: float) -> None:
        self.before: dict[str, float] = {}
        self.after: dict[str, float] = {}
        spans = {id: (rect[axis], rect[axis + 2]) for id, rect in cells.frames.items()}
        inner: dict[str, list[str]] = {id: [] for id in spans}
        for frame in scene.frames:
            if frame.id in spans and frame.parent is not None:
                inner[frame.parent].append(frame.id)
        for id in _innermost_first(spans, inner):
            starts = [self.before[child] for child in inner[id] if spans[child][0] == spans[id][0]]
            ends = [self.after[child] for child in inner[id] if spans[child][1] == spans[id][1]]
            self.before[id] = before + max(starts, default=0.0)
            self.after[id] = after + max(ends, default=0.0)
        slots = cells.columns if axis == 0 else cells.rows
        self.starts = [max((self.before[i] for i in spans if spans[i][0] == s), default=0.0) for s in range(slots)]
        self.ends = [max((self.after[i] for i in spans if spans[i][1] == s), default=0.0) for s in range(slots)]

    @property
    def last(self) -> float:
        return self.ends[-1]


def _innermost_first(spans: Mapping[str, tuple[int, int]], inner: Mapping[str, Sequence[str]]) -> Iterator[str]:
    done: set[str] = set()

    def visit(id: str) -> Iterator[str]:
        if id not in done:
            done.add(id)
            for child in inner[id]:
                yield from visit(child)
            yield id

    for id in spans:
        yield from visit(id)


def _spans(sizes: Sequence[float], depths: _Depths, extra: Sequence[float]) -> list[tuple[float, float]]:
    spans = []
    at = depths.starts[0] + _CHANNEL + 10 + extra[0]
    for slot, size in enumerate(sizes):
        at = round(at)
        spans.append((at, at + size))
        at += size + extra[slot + 1]
        if slot + 1 < len(sizes):
            borders = depths.ends[slot] + depths.starts[slot + 1]
            at += borders + _CHANNEL if borders else _FREE
    return spans


def _make_room_for_titles(scene: Scene, cells: Cells, widths: list[float], depths: _Depths) -> None:
    """Widen the last column of a frame that is narrower than its title."""
    for frame in reversed(scene.frames):
        if frame.id not in cells.frames:
            continue
        c0, _, c1, _ = cells.frames[frame.id]
        inside = sum(widths[c0 : c1 + 1]) + _FREE * (c1 - c0) + depths.before[frame.id] + depths.after[frame.id]
        missing = title_width(frame) + 26 - inside
        if missing > 0:
            widths[c1] += missing
