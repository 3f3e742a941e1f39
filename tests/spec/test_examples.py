from __future__ import annotations

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
