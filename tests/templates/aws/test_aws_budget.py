from __future__ import annotations

import json

import pytest

from archgen.services import Neighbours, catalogue
from archgen.services.service import StackSetting
from archgen.topology import Topology
from templates.aws.aws_budget.component import AwsBudget, AwsBudgetArgs
from tests.templates.aws.stand_ins import alone, component, platform

SERVICE = catalogue.services("aws")["aws_budget"]


def build(**given):
    args = {
        "platform": platform(),
        "monthly_limit": 6000,
        "currency": "EUR",
        "emails": ["on-call@example.com"],
        "unusual_share": 0.02,
    }
    return AwsBudget("cost-guard", AwsBudgetArgs(**(args | given)))


def test_the_currency_of_the_spec_is_kept(record):
    budget = record(build).one(":Budget").inputs
    assert (budget["limitAmount"], budget["limitUnit"], budget["timeUnit"]) == ("6000", "EUR", "MONTHLY")


def test_it_counts_this_stack_of_this_project_alone(record):
    both = record(build).one(":Budget").inputs["filterExpression"]["ands"]
    assert [(each["tags"]["key"], each["tags"]["values"]) for each in both] == [
        ("project", ["payments-fraud"]),
        ("environment", ["prod"]),
    ]


def test_people_hear_of_it_before_the_money_is_gone_and_of_a_forecast_beyond(record):
    notices = record(build).one(":Budget").inputs["notifications"]
    assert ("FORECASTED", 100) in [(n["notificationType"], n["threshold"]) for n in notices]
    assert min(n["threshold"] for n in notices if n["notificationType"] == "ACTUAL") < 100
    assert all(n["subscriberEmailAddresses"] == ["on-call@example.com"] for n in notices)
    (limit,) = [row for row in catalogue.facts("aws", "aws_budget")["limits"] if row["id"] == "notices"]
    assert len(notices) <= limit["value"]


def test_a_budget_that_nobody_hears_of_is_refused(record):
    with pytest.raises(ValueError, match="alarmEmails"):
        record(lambda: build(emails=[]))


def test_each_stack_has_its_share():
    needs = {"monthly_budget": 6000.0, "currency": "EUR"}
    limit = SERVICE.arguments(component("cost-guard", "cost-guard", needs), alone())["monthly_limit"]
    assert isinstance(limit, StackSetting)
    assert limit.values == {"dev": 600, "staging": 1500, "prod": 6000}


def test_an_account_that_pays_for_itself_monitors_its_project(record):
    recording = record(build)
    monitor = recording.one(":AnomalyMonitor")
    assert monitor.inputs["monitorType"] == "CUSTOM", "an account has one over its services, made by AWS already"
    assert json.loads(monitor.inputs["monitorSpecification"])["Tags"]["Values"] == ["payments-fraud"]
    told = recording.one(":AnomalySubscription").inputs
    assert told["frequency"] == "DAILY", "mail is refused any sooner"
    assert told["thresholdExpression"]["dimension"]["values"] == ["120"], "2 % of the month"


def test_an_account_of_a_landing_zone_listens_to_the_monitor_that_is_there(record):
    there = "arn:aws:ce::123456789012:anomalymonitor/0f1e"
    recording = record(lambda: build(anomaly_monitor_arn=there))
    assert not recording.of(":AnomalyMonitor")
    assert recording.one(":AnomalySubscription").inputs["monitorArnLists"] == [there]


@pytest.mark.parametrize("own", [True, False])
def test_only_without_a_landing_zone_a_monitor_is_made(own):
    part = component("cost-guard", "cost-guard", {"monthly_budget": 6000.0, "currency": "EUR"})
    parts = (part, component("account-baseline", "account-baseline", {})) if own else (part,)
    around = alone()
    given = SERVICE.arguments(
        part,
        Neighbours(
            topology=Topology(blueprint="test", zones=(), components=parts, flows=()),
            services={},
            region=around.region,
            assumptions=around.assumptions,
        ),
    )
    assert ("anomaly_monitor_arn" in given) is not own
