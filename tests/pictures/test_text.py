from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archgen.pictures.text import FILES, drawable, initials, spoken, width, wrap


def test_width_grows_with_the_text_its_size_and_its_weight() -> None:
    assert width("mm", 10) == pytest.approx(2 * width("m", 10))
    assert width("shards", 20) == pytest.approx(2 * width("shards", 10))
    assert width("shards", 10, bold=True) > width("shards", 10)


def test_both_weights_are_bundled_with_their_licence() -> None:
    assert all(path.is_file() for path in FILES)
    assert "SIL OPEN FONT LICENSE" in (FILES[0].parent / "OFL.txt").read_text(encoding="utf-8")


@given(st.text(st.sampled_from("abc mW-·"), min_size=1, max_size=80))
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    lines = wrap(text, 12, 60)
    assert all(width(line, 12) <= 60 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wrapping_makes_lines_of_like_length() -> None:
    short, long = sorted(width(line, 10) for line in wrap("Managed Service for Apache Flink", 10, 120))
    assert long - short < 40


def test_what_the_font_lacks_becomes_a_question_mark() -> None:
    assert drawable("Zahlung ü Ω Ж →\n中") == "Zahlung ü Ω Ж → ?"


def test_ids_and_products_as_people_read_them() -> None:
    assert spoken("event-lake") == "Event lake"
    assert initials("Dynamics 365") == "D3"
    assert initials("Salesforce") == "SA"
    assert initials("SAP") == "SAP"
