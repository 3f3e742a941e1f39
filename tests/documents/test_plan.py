"""The plan as JSON and on a terminal."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from archgen.documents.plan import plan_of, plan_text
from tests.specs import CASES, ROOT, changed, spec


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_every_case_reads_on_eighty_columns_and_is_plain_data(case: str) -> None:
    said = plan_of(spec(case), None, None)
    text = plan_text(said)
    assert max(map(len, text.splitlines())) <= 80
    json.dumps(said)
    for heading in ("Business", "Feasibility", "Decisions"):
        assert heading in text.splitlines()


def test_feasibility_keeps_its_contract() -> None:
    said = plan_of(spec("fraud-slice"), None, None)["feasibility"]
    assert set(said) == {"score", "verdict", "criteria", "gates"}
    assert said["verdict"] == "go" and len(said["criteria"]) == 10
    assert {gate["id"] for gate in said["gates"]} >= {"prohibited-practice", "labels", "latency", "leakage"}


def test_business_shows_its_arithmetic() -> None:
    text = plan_text(plan_of(spec("fraud-slice"), None, None))
    assert "value recall = 1 - target / baseline = 0.5" in text
    assert "kpi_dispute_fee" in text, "what is assumed is named"


def test_a_stop_is_planned_and_said() -> None:
    silent = changed("demand-forecasting", ("labels: {series: 40000, history: 3 years}, ", ""))
    said = plan_of(silent, None, None)
    assert said["feasibility"]["verdict"] == "no-go" and "sizing" not in said
    assert "STOP labels" in plan_text(said)


def test_what_a_cloud_has_no_service_for_is_planned_and_named() -> None:
    said = plan_of(changed("fraud-slice", ("gateway: none", "gateway: kong")), None, None)
    assert said["decisions"] and said["topology"]
    outlined = {(row["component"], row["name"]): row["value"] for row in said["sizing"]}
    whole = plan_of(spec("fraud-slice"), None, None)["sizing"]
    assert outlined["model", "instances"] == next(
        row["value"] for row in whole if (row["component"], row["name"]) == ("model", "instances")
    )
    assert "'gateway'" in said["unbuilt"][0]["message"] and "platform.gateway: none" in said["unbuilt"][0]["hint"]
    assert "Not built on this cloud yet" in plan_text(said)


def test_a_plan_needs_no_provider_sdk() -> None:
    """Half a second is all that a plan may take: an SDK alone would take several."""
    asked = (
        "import sys; from archgen.documents.plan import plan_of, plan_text; from tests.specs import spec;"
        " plan_text(plan_of(spec('payments-fraud'), None, None));"
        " print(sorted(name for name in sys.modules if name.startswith('pulumi')))"
    )
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"
