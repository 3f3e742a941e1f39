from __future__ import annotations

from typing import Any

import pytest

from archgen.spec.document import read_document
from archgen.spec.partial import Unjudgeable, Unknown, partial_spec
from tests.spec.cases import FRAUD, changed


def read(*changes: tuple[str, str]) -> Any:
    return partial_spec(read_document(changed(FRAUD, *changes), "f").values)


def test_what_validates_is_there_although_its_neighbour_is_wrong() -> None:
    spec = read(("{peak: 10000/s", "{peak: fast"), ("system: oracle", "system: orakel"))
    assert spec.workload.traffic.average == 3500
    assert spec.sources[1].id == "core-banking"
    assert spec.workload.models.count == 2


def test_what_was_left_out_has_its_default() -> None:
    assert read(("payload: 2 KB", "payload: two")).features.online is True
    assert read(("team: {skills: [sql, python, ml], in_production: 2}", "team: 3")).governance.transfer == "none"


@pytest.mark.parametrize(
    "use",
    [
        lambda value: value.anything,
        lambda value: value == 1,
        lambda value: value != 1,
        lambda value: value < 1,
        lambda value: bool(value),
        lambda value: list(value),
        lambda value: "x" in value,
        lambda value: value[0],
        lambda value: {value},
        lambda value: float(value),
    ],
)
def test_any_use_of_a_wrong_value_ends_the_check(use: Any) -> None:
    wrong = read(("{peak: 10000/s", "{peak: fast")).workload.traffic.peak
    assert isinstance(wrong, Unknown)
    assert wrong is not None
    with pytest.raises(Unjudgeable):
        use(wrong)


@pytest.mark.parametrize("sources", ["sources: 3", "sources: {id: x}", "sources: [3, [4]]"])
def test_sources_that_are_none_are_unknown(sources: str) -> None:
    head, _, rest = FRAUD.partition("sources:\n")
    text = head + sources + "\n" + rest[rest.index("features:") :]
    spec: Any = partial_spec(read_document(text, "f").values)
    with pytest.raises(Unjudgeable):
        [source.id for source in spec.sources]
