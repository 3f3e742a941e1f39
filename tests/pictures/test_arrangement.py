from __future__ import annotations

from archgen.pictures.arrangement import arrangements
from archgen.pictures.scene import Frame, LineKind, Link, Node, Scene


def _scene(
    links: str, nodes: str = "abcd", frames: tuple[Frame, ...] = (), homes: dict[str, str] | None = None
) -> Scene:
    kind: LineKind = "request"
    return Scene(
        view="test",
        title="Test",
        question="?",
        frames=frames,
        nodes=tuple(Node(id=id, title=id, frame=(homes or {}).get(id)) for id in nodes),
        links=tuple(Link(id=pair, source=pair[0], target=pair[1], kind=kind) for pair in links.split()),
    )


def test_a_chain_runs_from_left_to_right_in_one_row() -> None:
    best = arrangements(_scene("ab bc cd"), 4.0, 1)[0]
    assert [best.nodes[id] for id in "abcd"] == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_what_nothing_leads_to_stands_apart() -> None:
    best = arrangements(_scene("ab bc", nodes="abcx"), 2.0, 1)[0]
    columns = [best.nodes[id][0] for id in "abc"]
    assert columns == sorted(columns)
    assert best.nodes["x"][1] >= max(best.nodes[id][1] for id in "abc")


def test_frames_hold_their_nodes_and_no_others() -> None:
    frames = (Frame(id="f", title="F", kind="group"), Frame(id="g", title="G", kind="group"))
    best = arrangements(_scene("ac bd cb", frames=frames, homes={"a": "f", "b": "f", "c": "g"}), 1.8, 1)[0]
    for frame, inside in (("f", "ab"), ("g", "c")):
        c0, r0, c1, r1 = best.frames[frame]
        held = {id for id, (c, r) in best.nodes.items() if c0 <= c <= c1 and r0 <= r <= r1}
        assert held == set(inside)


def test_frames_without_nodes_are_left_out() -> None:
    frames = (Frame(id="f", title="F", kind="group"), Frame(id="empty", title="E", kind="group", parent="f"))
    best = arrangements(_scene("ab", nodes="ab", frames=frames, homes={"a": "f"}), 1.8, 1)[0]
    assert set(best.frames) == {"f"}


def test_the_best_come_first_and_none_comes_twice() -> None:
    found = arrangements(_scene("ab bc cd da"), 1.8, 5)
    assert len({str(cells) for cells in found}) == len(found)
    assert found == arrangements(_scene("ab bc cd da"), 1.8, 5)
