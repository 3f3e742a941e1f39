"""A scene too large for its page: what is made one, what stays apart, and that the table still has everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archgen.design import design
from archgen.pictures.drawing import drawn
from archgen.pictures.merging import MOST_AT_A_NODE, MOST_LINKS, MOST_NODES, merged, ranges
from archgen.pictures.scene import Frame, Link, Node, Scene, Table
from archgen.pictures.svg import svg
from archgen.program import wire
from archgen.spec import parse
from tests.pictures.scenes import scenes
from tests.specs import path

FRAMES = (Frame(id="outside", title="Outside", kind="external"), Frame(id="account", title="Account", kind="account"))


def scene(nodes: list[Node], pairs: list[tuple[str, str]]) -> Scene:
    links = tuple(
        Link(id=f"{a}-to-{b}", source=a, target=b, kind="batch", label="files", step=number)
        for number, (a, b) in enumerate(pairs, start=1)
    )
    table = Table(head=("", "flow"), rows=tuple((str(link.step), link.id) for link in links))
    return Scene(view="v", title="t", question="?", frames=FRAMES, nodes=tuple(nodes), links=links, table=table)


def node(id: str, product: str, frame: str = "outside", **changes: object) -> Node:
    return replace(Node(id=id, title=id, lines=(product, "daily"), frame=frame), **changes)


def many(count: int, product: str = "SAP", prefix: str = "s") -> list[Node]:
    return [node(f"{prefix}{n}", product) for n in range(count)]


LAKE = node("lake", "Amazon S3", "account")


def test_a_scene_that_fits_is_drawn_as_it_is() -> None:
    pairs = [(f"s{n}", "lake") for n in range(MOST_AT_A_NODE)]
    whole = scene([*many(MOST_NODES - 1), LAKE], pairs)
    assert merged(whole) is whole
    assert merged(scene([*many(MOST_NODES - 1), LAKE], [*pairs, ("lake", "s0")])) is not whole


def test_more_lines_than_can_end_at_an_icon_are_bundled() -> None:
    small = merged(scene([*many(15), LAKE], [(f"s{n}", "lake") for n in range(15)]))
    assert [one.title for one in small.nodes] == ["15 × SAP", "lake"]


def test_many_alike_are_one_node_that_says_how_many_and_one_line_with_their_numbers() -> None:
    whole = scene([*many(50), LAKE], [(f"s{n}", "lake") for n in range(50)])
    small = merged(whole)
    assert [(one.title, one.lines) for one in small.nodes] == [
        ("50 × SAP", ("s0", "and 49 more")),
        ("lake", ("Amazon S3", "daily")),
    ]
    (line,) = small.links
    assert (line.source, line.target, line.label) == ("s0", "lake", "files (1–50)")
    assert (line.step, *line.also) == tuple(range(1, 51))
    assert small.table == whole.table


def test_what_looks_alike_and_does_something_else_stays_apart() -> None:
    # Half of them feed the lake, half the warehouse.
    warehouse = node("warehouse", "Snowflake", "account")
    pairs = [(f"s{n}", "lake" if n % 2 else "warehouse") for n in range(50)]
    small = merged(scene([*many(50), LAKE, warehouse], pairs))
    assert [one.title for one in small.nodes] == ["25 × SAP", "25 × SAP", "lake", "warehouse"]
    assert small.links[0].label == "files (1, 3, 5, ...)"


@pytest.mark.parametrize("changes", [{"frame": "account"}, {"badges": ("pan",)}, {"icon": "other.png"}])
def test_what_looks_or_lies_elsewhere_stays_apart(changes: dict[str, object]) -> None:
    odd = node("odd", "SAP", **changes)
    small = merged(scene([*many(50), odd], []))
    assert [one.title for one in small.nodes] == ["50 × SAP", "odd"]


def test_parts_that_have_nothing_in_common_are_one_for_each_frame_in_the_end() -> None:
    different = [node(f"p{n}", f"Product {n}", badges=("pan",) if n == 3 else ()) for n in range(100)]
    pairs = [(f"p{n}", f"p{(n * 7 + 1) % 100}") for n in range(100)]
    small = merged(scene([*different, LAKE], [*pairs, ("p0", "lake")]))
    assert [(one.title, one.badges) for one in small.nodes] == [("100 parts", ("pan",)), ("lake", ())]
    assert [(line.source, line.target) for line in small.links] == [("p0", "lake")]


def _standing_for(node: Node) -> int:
    first, _, rest = node.title.partition(" ")
    return int(first) if rest.startswith(("× ", "parts")) else 1


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenes(most=120))
def test_a_merged_scene_fits_and_loses_no_number_but_of_links_within_a_node(whole: Scene) -> None:
    small = merged(whole)
    ends = Counter(id for line in small.links for id in (line.source, line.target))
    fits = len(small.nodes) <= MOST_NODES and len(small.links) <= MOST_LINKS
    fits = fits and max(ends.values(), default=0) <= MOST_AT_A_NODE
    assert fits or len(small.nodes) == len({one.frame for one in whole.nodes})
    ids = {one.id for one in small.nodes}
    assert all({line.source, line.target} <= ids and line.source != line.target for line in small.links)
    shown = [step for line in small.links for step in (line.step, *line.also)]
    assert len(shown) == len(set(shown)) and set(shown) <= {line.step for line in whole.links}
    if small is not whole:
        assert sum(map(_standing_for, small.nodes)) == len(whole.nodes)
    assert merged(whole) == small


@given(st.sets(st.integers(1, 300), min_size=1))
def test_ranges_are_short_and_begin_with_the_first(steps: set[int]) -> None:
    said = ranges(sorted(steps))
    assert len(said) <= 40 and said.replace("–", ",").split(",")[0] == str(min(steps))


def test_a_platform_with_forty_sources_has_pictures_that_can_be_read() -> None:
    """Such a spec once took minutes to draw, with lines on one another; a hundred sources never ended."""
    text = path("fraud-slice").read_text(encoding="utf-8")
    source = "  - {{id: plant-{n}, system: sap, delivery: daily, data: [confidential], size: 1 GB, use: features}}\n"
    sources = "sources:\n" + "".join(source.format(n=n) for n in range(40))
    made = design(parse(text.replace("sources:\n", sources, 1), "spec.yaml"))
    views = drawn(made, wire(made), views=("logical",))
    picture = svg(views["logical"].sheet, views["logical"].style).decode()
    assert "40 × SAP" in picture and "and 39 more" in picture
    assert all(f"Plant {n} → Plant {n} intake" in picture for n in range(40))
