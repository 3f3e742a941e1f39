"""What rests on a judgement or an assumption says so, in the plan and in the records."""

from __future__ import annotations

import pytest

from archgen.documents.plan import plan_of, plan_text
from archgen.documents.records import records
from archgen.documents.sizing_page import sizing_page
from archgen.knowledge import assumptions
from tests.specs import CASES, changed, designed, spec

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


@pytest.mark.parametrize("case", NAMES)
def test_a_plan_says_of_each_choice_what_stands_behind_it(case: str) -> None:
    said = plan_of(spec(case), None, None)
    flat = " ".join(plan_text(said).split())
    for decision in said["decisions"]:
        assert f"({decision['kind']}, {decision['confidence']})" in flat
        assert " ".join(decision["choice"].split()) in flat


def test_a_record_of_a_judgement_claims_no_source() -> None:
    design = designed("fraud-slice")
    pages = records(design)
    for decision in design.decisions.values():
        page = next(text for path, text in pages.items() if path.endswith(f"-{decision.id}.md"))
        assert ("judgement: our own rule" in page) == (decision.confidence == "judgement")


def test_each_assumption_that_sizes_something_stands_with_its_confidence() -> None:
    design = designed("fraud-slice")
    page = sizing_page(design)
    used = {id for row in design.sizing for id in row.inputs if id in assumptions()}
    assert used
    for id in used | {"compression_ratio", "endpoint_service_time_ms", "kpi_review_minutes"}:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{id}` |"))
        assert row.endswith(f"| {assumptions()[id].confidence} |")


def test_the_workload_stands_beside_the_components() -> None:
    page = sizing_page(designed("fraud-slice"))
    assert "## Workload" in page
    for row in ("| lake | gigabytes after year 3 |", "| model | queue wait p99 ms |", "| review | people |"):
        assert row in page


def test_a_silent_spec_is_answered_on_named_assumptions() -> None:
    silent = changed(
        "service-assistant",
        ("  tokens: {input: 6000, output: 350, cache_hit: 40%}\n", ""),
        (", baseline: 12%", ""),
        (", documents: 26000, pages: 900k", ", documents: 26000"),
    )
    text = plan_text(plan_of(silent, None, None))
    named = (
        *("kpi_resolution", "answer_input_tokens", "answer_output_tokens", "pages_per_document", "recovery_rto_s"),
        *("raw_days", "decision_days", "data_growth", "audit_share", "kpi_review_minutes", "feasibility_access_weeks"),
    )
    for id in named:
        assert id in text, f"{id} is used and not named"
