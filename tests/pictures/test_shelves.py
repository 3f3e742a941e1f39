from __future__ import annotations

from archgen.pictures.shelves import GAP, PAGE, Cells, Shelves, cells, compressed, moves


def test_shelves_as_rows_and_as_columns() -> None:
    lines = (("a", "b"), ("c",))
    rows = cells({PAGE: Shelves(lines, False)}, [PAGE])
    assert rows.nodes == {"a": (0, 0), "b": (1, 0), "c": (0, 1)}
    columns = cells({PAGE: Shelves(lines, True)}, [PAGE])
    assert columns.nodes == {"a": (0, 0), "b": (0, 1), "c": (1, 0)}


def test_a_frame_is_as_thick_as_its_shelf() -> None:
    shelves = {"#low": Shelves((("a",),), False), "#high": Shelves((("b",), ("c",)), False)}
    placed = cells({**shelves, PAGE: Shelves((("#low", "#high"),), False)}, ["#low", "#high", PAGE])
    assert placed.frames == {"low": (0, 0, 0, 1), "high": (1, 0, 1, 1)}


def test_every_move_keeps_all_children() -> None:
    start = Shelves((("a", "b"), ("c",)), False)
    found = list(moves(start))
    assert found
    assert all(sorted(child for child in shelves if child != GAP) == ["a", "b", "c"] for shelves in found)
    assert all(all(line for line in shelves.lines) for shelves in found)


def test_gaps_stay_few() -> None:
    start = Shelves((("a", GAP, GAP), (GAP, "b", GAP)), False)
    assert max(list(shelves).count(GAP) for shelves in moves(start)) == 4


def test_empty_rows_and_columns_vanish() -> None:
    found = compressed(Cells(nodes={"a": (0, 1), "b": (2, 3)}, frames={"f": (1, 0, 2, 3)}, columns=3, rows=4))
    assert found == Cells(nodes={"a": (0, 0), "b": (1, 1)}, frames={"f": (1, 0, 1, 1)}, columns=2, rows=2)
