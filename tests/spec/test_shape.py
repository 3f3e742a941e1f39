from __future__ import annotations

import pytest

from tests.spec.cases import ASSISTANT, FORECASTING, FRAUD, changed, only_problem, place_of, problems_of


@pytest.mark.parametrize(
    ("id", "old", "new", "marker", "path"),
    [
        ("unknown-field", "payload: 2 KB", "payload: 2 KB\n  paylod: 3 KB", "paylod", "workload.paylod"),
        ("unknown-field", "size: 2 GB", "sizes: 2 GB", "sizes", "sources[2].sizes"),
        ("missing-field", "mode: online\n  ", "", "workload:", "workload.mode"),
        ("missing-field", "rto: 15 min, ", "", "recovery", "workload.recovery.rto"),
        ("missing-field", "system: sap, ", "", "{id: chargebacks", "sources[2].system"),
        ("unknown-word", "task: fraud-detection", "task: fraud_detecton", "fraud_detecton", "problem.task"),
        ("unknown-word", "[eu], data_subjects", "[uk], data_subjects", "uk]", "governance.residency[0]"),
        ("wrong-type", "profiling: true", "profiling: yes", "yes}", "problem.decision.profiling"),
        ("wrong-type", "title: Real-time card fraud detection", "title: 7", "7\nowner", "title"),
        ("wrong-type", "{rto: 15 min, rpo: 1 min}", "15 min", "15 min", "workload.recovery"),
        ("wrong-type", "data: [pan]", "data: pan", "pan, feeds", "sources[0].data"),
        ("wrong-type", "reads: 3", "reads: three", "three", "features.reads"),
        ("out-of-range", "reads: 3", "reads: 0", "0, fresh", "features.reads"),
        ("out-of-range", "average: 3500/s", "average: 0/s", "0/s, growth", "workload.traffic.average"),
        ("out-of-range", "99.95%", "100%", "100%", "workload.availability"),
        ("wrong-unit", "payload: 2 KB", "payload: 2 kilobytes", "2 kilobytes", "workload.payload"),
        ("wrong-unit", "monthly: 85000 USD", "monthly: 85000", "85000", "budget.monthly"),
        ("wrong-id", "id: core-banking", "id: Core_Banking", "Core_Banking", "sources[1].id"),
        ("wrong-id", "name: payments-fraud", "name: payments--fraud", "payments--fraud", "name"),
        ("wrong-id", "id: chargebacks", f"id: c{'x' * 31}", "cxx", "sources[2].id"),
        ("wrong-id", "review_capacity:", "Review capacity:", "Review", "objective.kpi.inputs.'Review capacity'"),
        ("reserved-id", "id: core-banking", "id: platform", "platform, system", "sources[1].id"),
        ("reserved-id", "id: core-banking", "id: lambda", "lambda", "sources[1].id"),
        ("reserved-id", "id: core-banking", "id: input", "input, system", "sources[1].id"),
        ("wrong-text", "team: Risk Platform", 'team: "Risk\\nPlatform"', '"Risk', "owner.team"),
        ("wrong-version", "archgen: 1\n", "archgen: 2\n", "2\nname", "archgen"),
        ("wrong-version", "archgen: 1\n", "archgen: true\n", "true\nname", "archgen"),
        ("empty-list", "data: [pan]", "data: []", "[]", "sources[0].data"),
        ("wrong-type", "assumptions: {}", "assumptions: {staging_scale: [1]}", "[1]", "assumptions.staging_scale"),
    ],
)
def test_each_wrong_shape_is_named_at_its_place(id: str, old: str, new: str, marker: str, path: str) -> None:
    text = changed(FRAUD, (old, new))
    problem = only_problem(text)
    assert (problem.id, problem.path) == (id, path)
    assert (problem.line, problem.column) == place_of(text, marker)
    assert problem.expected


@pytest.mark.parametrize(
    ("text", "change", "hint"),
    [
        (FRAUD, ("payload: 2 KB", "paylaod: 2 KB"), "did you mean `payload`?"),
        (FRAUD, ("payload: 2 KB", "p95: 50 ms\n  first_token_p95: 1 s"), "it belongs to `workload.latency"),
        (FRAUD, ("data: tabular", "data: tables"), "did you mean `tabular`?"),
        (FRAUD, ("automation: automatic", "automation: Human_In_Loop"), "did you mean `human-in-loop`?"),
        (FRAUD, ("system: oracle", "system: sqlserver"), "did you mean `sql-server`?"),
        (FRAUD, ("metric: fraud-loss, ", ""), "for example `metric: fraud-loss`"),
        (FORECASTING, ('done_by: "05:00", ', ""), 'for example `done_by: "05:00"`'),
        (FRAUD, ("p99: 100 ms", "p99: 100"), "`100 ms`"),
        (FRAUD, ("id: core-banking", "id: Core Banking"), "for example `core-banking`"),
        (ASSISTANT, ("residency: [eu]", "residency: eu"), "a list of one: `[eu]`"),
        (ASSISTANT, ("metric: contact-deflection", "metric: 7"), "quotes"),
        (FORECASTING, ("time_zone: Europe/Berlin", "time_zone: Europe/Bonn"), "`Europe/Berlin`"),
    ],
)
def test_a_hint_leads_to_what_was_probably_meant(text: str, change: tuple[str, str], hint: str) -> None:
    problems = problems_of(changed(text, change))
    assert any(hint in (problem.hint or "") for problem in problems), [str(problem) for problem in problems]


def test_what_is_shown_of_the_file_cannot_write_to_a_terminal() -> None:
    problem = only_problem(changed(FRAUD, ("task: fraud-detection", r'task: "\e[31m\u202e"')))
    assert "\x1b" not in str(problem)
    assert "\u202e" not in str(problem)


def test_a_long_wrong_value_is_shown_short() -> None:
    problem = only_problem(changed(FRAUD, ("task: fraud-detection", f"task: {'x' * 5000}")))
    assert len(problem.message) < 200


def test_a_list_whose_only_item_is_wrong_is_not_called_empty() -> None:
    problem = only_problem(changed(ASSISTANT, ("{id: dealer-portal,", "{id: import,")))
    assert (problem.id, problem.path) == ("reserved-id", "consumers[0].id")
