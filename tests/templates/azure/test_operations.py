"""What a person is told, and how silence is noticed."""

from __future__ import annotations

import json

from templates.azure.operations.component import AGGREGATIONS
from tests.templates.azure.conftest import Recorded


def test_every_alert_reaches_a_person_and_says_what_to_look_at(live: Recorded) -> None:
    group = live.one("ActionGroup", "foundation").identities
    alerts = [*live.of("MetricAlert"), *live.of("ScheduledQueryRule")]
    assert len(alerts) > 25
    for made in alerts:
        assert len(made.inputs["description"]) > 40, made.name
        actions = made.inputs["actions"]
        told = [each["actionGroupId"] for each in actions] if isinstance(actions, list) else actions["actionGroups"]
        assert set(told) <= set(group), made.name


def test_whoever_can_fall_silent_has_an_alert_that_fires_on_nothing(live: Recorded) -> None:
    silent = {
        rule.component
        for rule in live.of("ScheduledQueryRule")
        if rule.inputs["criteria"]["allOf"][0]["operator"] == "LessThan"
    }
    assert silent == {"authorisations-bridge", "velocity", "event-delivery", "decision-delivery", "scoring"}


def test_a_log_alert_does_not_wait_for_a_table_that_nobody_has_written_yet(live: Recorded) -> None:
    assert all(rule.inputs["skipQueryValidation"] is True for rule in live.of("ScheduledQueryRule"))


def test_the_workbook_has_a_part_for_each_observed_component(live: Recorded) -> None:
    workbook = live.one("Workbook", "operations").inputs
    items = json.loads(workbook["serializedData"])["items"]
    headings = [item["content"]["json"].removeprefix("## ") for item in items if item["type"] == 1]
    assert {"events", "decisions", "online-features", "velocity", "model", "scoring"} <= set(headings)
    graphs = [item["content"] for item in items if item["type"] == 10]
    assert len(graphs) > 15
    assert all(graph["resourceIds"][0].startswith("/subscriptions/") for graph in graphs)
    assert {graph["metrics"][0]["aggregation"] for graph in graphs} <= set(AGGREGATIONS.values())


def test_azures_own_incidents_are_told(live: Recorded) -> None:
    said = [alert.inputs["condition"]["allOf"][0] for alert in live.of("ActivityLogAlert")]
    assert {condition["equals"] for condition in said} == {"ServiceHealth", "ResourceHealth"}


def test_everything_that_writes_logs_sends_them_to_the_workspace(live: Recorded) -> None:
    (workspace,) = [w for w in live.of("Workspace") if "operationalinsights" in w.type]
    settings = live.of("DiagnosticSetting")
    assert len(settings) >= 12
    assert all(setting.inputs["workspaceId"] in workspace.identities for setting in settings)
