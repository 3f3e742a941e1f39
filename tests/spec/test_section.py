from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from archgen.spec.section import ComponentId, Text, TimeZone

COMPONENT_ID = TypeAdapter(ComponentId)


@given(st.from_regex(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){1,2}", fullmatch=True))
def test_an_id_of_several_words_becomes_a_variable(id: str) -> None:
    assert COMPONENT_ID.validate_python(id).replace("-", "_").isidentifier()


@pytest.mark.parametrize(
    "id", [*(word for word in keyword.kwlist if word.islower()), "match", "config", "pulumi", "live", "region", "stack"]
)
def test_no_id_is_a_word_of_python_or_of_the_program(id: str) -> None:
    with pytest.raises(ValidationError, match="already has a meaning"):
        COMPONENT_ID.validate_python(id)


@pytest.mark.parametrize("id", ["", "-a", "a-", "a--b", "1a", "A", "a_b", "é", "a" * 32, "a\n"])
def test_an_id_is_of_one_form(id: str) -> None:
    with pytest.raises(ValidationError, match="is no id"):
        COMPONENT_ID.validate_python(id)


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\x00b", "\u202eevil", "x" * 501])
def test_a_text_is_one_printable_line(text: str) -> None:
    with pytest.raises(ValidationError, match="is no line of text"):
        TypeAdapter(Text).validate_python(text)


def test_a_time_zone_is_one_that_exists() -> None:
    adapter = TypeAdapter(TimeZone)
    assert adapter.validate_python("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(ValidationError, match="is no time zone"):
        adapter.validate_python("Europe/Bonn")
