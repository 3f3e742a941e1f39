from __future__ import annotations

import pytest

from archgen.spec import parse, value_at
from archgen.spec.paths import dotted, paths_to
from tests.spec.cases import FRAUD

SPEC = parse(FRAUD, "f")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("workload.traffic.peak", "10000/s"),
        ("sources[0].rate", "10000/s"),
        ("sources[core-banking].changes", "300/s"),
        ("consumers[case-management].share", "0.4%"),
        ("objective.kpi.inputs.amount", "80 EUR"),
        ("platform.environments[1]", "staging"),
        ("platform.environments[prod]", "prod"),
        ("governance.retention.audit", "None"),
    ],
)
def test_a_path_leads_to_its_value(path: str, text: str) -> None:
    assert str(value_at(SPEC, path)) == text


def test_a_path_may_lead_to_a_whole_section() -> None:
    assert value_at(SPEC, "workload") is SPEC.workload
    assert value_at(SPEC, "sources[chargebacks]") is SPEC.sources[2]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "workload.",
        ".workload",
        "workload..traffic",
        "workload.nothing",
        "workload.model_dump",
        "workload.traffic.peak.real",
        "workload.tokens.input",
        "sources[9]",
        "sources[-1]",
        "sources[nobody].rate",
        "sources.0",
        "name[0]",
        "platform.services.event-stream",
        "sources[0",
        "request_source.rate",
        "workload traffic",
    ],
)
def test_a_path_that_leads_nowhere_is_a_lookup_error(path: str) -> None:
    with pytest.raises(LookupError):
        value_at(SPEC, path)


def test_a_place_is_written_as_a_path() -> None:
    assert dotted(("sources", 0, "rate")) == "sources[0].rate"
    assert dotted(()) == ""
    assert dotted(("a", "b c\n")) == r"a.'b c\n'"


def test_a_field_knows_where_it_belongs() -> None:
    assert paths_to("p99") == ["workload.latency.p99"]
    assert paths_to("rate") == ["sources[].rate"]
    assert paths_to("nothing") == []
