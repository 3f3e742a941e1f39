from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from archgen.spec.document import read_document
from archgen.spec.estate import Source
from archgen.spec.examples import examples_of, inline
from archgen.spec.workload import Batch, Traffic, Workload


def test_an_example_comes_from_the_field_else_from_its_type() -> None:
    assert examples_of(Traffic.model_fields["peak"]) == ["10000/s"]
    assert examples_of(Workload.model_fields["availability"]) == ["99.95%", "99.5%"]


def test_the_example_of_a_section_has_its_required_fields() -> None:
    (example,) = examples_of(Workload.model_fields["batch"])
    assert set(example) == {name for name, field in Batch.model_fields.items() if field.is_required()}
    Batch.model_validate(example)


def test_an_example_on_one_line_is_yaml_that_means_the_same() -> None:
    value = {"id": "x", "at": "05:00", "yes": True, "data": ["pan", "pii"], "count": 3}
    assert read_document(f"a: {inline(value)}", "f").values == {"a": value}
    assert inline(examples_of(Source.model_fields["data"])[0]) == "[pan, pii]"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
@example("1e3")
@example("no")
@example("- a")
@example("a: b # c")
@example("null")
@example("0o17")
@example("\u202e\u0000")
@example("x, y]}")
def test_any_text_on_one_line_reads_back_as_itself(text: str) -> None:
    for value in ({"a": text}, {"a": {"b": [text, text]}}):
        line = inline(value)
        assert "\n" not in line
        assert read_document(line, "f").values == value
    assert read_document(f"a: {inline(text)}  # comment", "f").values == {"a": text}
