"""How things look: data in `styles/`, one file for all clouds and one for each."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from archgen import registry
from archgen.pictures.scene import LineKind

_FOLDER = pathlib.Path(__file__).parent / "styles"


@dataclass(frozen=True, kw_only=True)
class LineStyle:
    """Colour, width and dash of a kind of line; kinds differ in more than their colour, for print in grey."""

    colour: str
    width: float
    dash: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FrameStyle:
    """How a kind of frame is drawn; `text` is its entry in the legend."""

    fill: str
    stroke: str
    ink: str
    width: float
    dash: str
    text: str
    drawio: str


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A mark on a node's icon; `text` is its entry in the legend."""

    letter: str
    colour: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Style:
    """Everything that a writer asks for. `shapes` says how draw.io draws the product of an icon: a template, colours by
    category, and the name of the shape by icon."""

    lines: Mapping[str, LineStyle]
    frames: Mapping[str, FrameStyle]
    badges: Mapping[str, Badge]
    flow_kinds: Mapping[str, LineKind]
    default_flow: LineKind
    systems: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, str]
    tile: Mapping[str, str]
    shapes: Mapping[str, Any]
    zones: Mapping[str, str]
    lifecycle: Sequence[Mapping[str, Any]]
    classes: Mapping[str, str]
    divided: Mapping[str, Mapping[str, str]]
    divided_otherwise: Mapping[str, str]

    def side(self, stage: str, title: str, boundary: str) -> str:
        """The title of the part of a stage that lies in `boundary`, where other parts of it lie elsewhere."""
        own = self.divided.get(stage, {}).get(boundary) or self.divided_otherwise.get(boundary, "{stage}")
        return own.replace("{stage}", title)

    def native(self, icon: str) -> str | None:
        """The draw.io style of an icon's product, None where its library has no such shape."""
        name = self.shapes.get("icons", {}).get(icon)
        if name is None:
            return None
        colour = self.shapes.get("colours", {}).get(icon.split("/")[1], "#232F3E")
        return str(self.shapes["template"]).replace("{shape}", name).replace("{colour}", colour)


@cache
def style(cloud: str) -> Style:
    """The style of a cloud: what is common, and its own frames, words and shapes on top."""
    common, own = _read("common"), _read(cloud)
    frames = {kind: {**common["frames"][kind], **own.get("frames", {}).get(kind, {})} for kind in common["frames"]}
    return Style(
        lines={kind: LineStyle(**row) for kind, row in common["lines"].items()},
        frames={kind: FrameStyle(**row) for kind, row in frames.items()},
        badges={key: Badge(**row) for key, row in common["badges"].items()},
        flow_kinds={kind: line for line, kinds in common["flows"].items() for kind in kinds},
        default_flow=common["default_flow"],
        systems=common["systems"],
        words={**common["words"], **own.get("words", {})},
        tile=common["tile"],
        shapes=own.get("shapes", {}),
        zones=common["zones"],
        lifecycle=common["lifecycle"],
        classes=common["classes"],
        divided=common["divided"],
        divided_otherwise=common["divided_otherwise"],
    )


def _read(name: str) -> Mapping[str, Any]:
    path = _FOLDER / f"{name}.yaml"
    if not path.is_file():
        return {}
    return registry.data_of(path)
