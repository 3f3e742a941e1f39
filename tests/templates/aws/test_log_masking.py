"""Card numbers in logs: hidden where any arrive, counted, and never left to each component to remember."""

from __future__ import annotations

import json
from dataclasses import replace

import pulumi

from templates.aws.hardened.monitoring import log_group
from tests.templates.aws.stand_ins import platform


def logging(*, masks: bool, carries_text: bool = True):
    def program() -> None:
        parent = pulumi.ComponentResource("test:index:Parent", "parent")
        where = replace(platform(), masks_card_numbers=masks)
        log_group("scoring", "/payments-fraud-prod/scoring", where, parent, carries_text=carries_text)

    return program


def test_each_group_hides_and_counts_card_numbers_where_they_arrive(record):
    recording = record(logging(masks=True))
    made = recording.one(":LogDataProtectionPolicy").inputs
    assert made["logGroupName"] == "/payments-fraud-prod/scoring"
    count, mask = json.loads(made["policyDocument"])["Statement"]
    assert count["Operation"] == {"Audit": {"FindingsDestination": {}}}
    assert mask["Operation"] == {"Deidentify": {"MaskConfig": {}}}
    assert count["DataIdentifier"] == mask["DataIdentifier"], "the service wants the same list in both"
    assert any(one.endswith("/CreditCardNumber") for one in mask["DataIdentifier"])
    alarm = recording.one(":MetricAlarm", "scoring-card-data").inputs
    assert (alarm["metricName"], alarm["threshold"], alarm["evaluationPeriods"]) == ("LogEventsWithFindings", 0, 1)


def test_where_no_card_number_arrives_nothing_is_scanned(record):
    assert not record(logging(masks=False)).of(":LogDataProtectionPolicy")


def test_groups_without_text_are_spared(record):
    recording = record(logging(masks=True, carries_text=False))
    assert recording.one(":LogGroup") and not recording.of(":LogDataProtectionPolicy")
