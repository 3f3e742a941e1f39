"""Facts and defaults carry where they come from, and a spec can replace a default."""

from __future__ import annotations

import pytest

from archgen.errors import SpecError
from archgen.knowledge import assumptions, limits, needs


@pytest.mark.parametrize("row", [*assumptions().values(), *limits().values()], ids=lambda row: row.id)
def test_every_row_has_source_date_and_confidence(row) -> None:
    assert row.source and row.text and row.unit
    assert row.date[:2] == "20"
    assert row.confidence in ("verified", "documented", "judgement", "memory")


@pytest.mark.parametrize("row", assumptions().values(), ids=lambda row: row.id)
def test_a_default_lies_within_its_range(row) -> None:
    assert row.low <= row.value <= row.high


def test_ids_are_unique_in_each_file() -> None:
    from archgen.knowledge.rows import rows

    for name in ("assumptions.yaml", "limits.yaml", "needs.yaml"):
        ids = [row["id"] for row in rows(name)]
        assert len(ids) == len(set(ids))


def test_a_spec_overrides_a_default_and_becomes_its_source() -> None:
    changed = assumptions().overridden({"utilisation_target": 0.5})["utilisation_target"]
    assert (changed.value, changed.low, changed.high, changed.source) == (0.5, 0.5, 0.5, "the spec")


def test_an_override_that_does_not_exist_or_is_no_number_is_refused_all_at_once() -> None:
    with pytest.raises(SpecError) as refused:
        assumptions().overridden({"utilization_target": 0.5, "staging_scale": "much"})
    assert [problem.id for problem in refused.value.problems] == ["unknown-assumption", "assumption-not-a-number"]
    assert refused.value.problems[0].hint == "did you mean `utilisation_target`?"


def test_load_is_what_traffic_drives() -> None:
    assert {id for id, row in needs().items() if row.get("load")} == {
        "records_per_second",
        "requests_per_second",
        "series",
    }
