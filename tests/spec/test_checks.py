from __future__ import annotations

import pytest

from archgen.spec import parse
from tests.spec.cases import ASSISTANT, FORECASTING, FRAUD, changed, only_problem, place_of, problems_of

TRAFFIC = "traffic: {peak: 10000/s, average: 3500/s, growth: 20%/year}"
BATCH = (
    'batch: {rows: 2.4M, starts: "01:00", done_by: "05:00", time_zone: Europe/Berlin, days: daily, horizon: 28 days}'
)


@pytest.mark.parametrize(
    ("id", "text", "change", "marker", "path"),
    [
        (
            "online-without-traffic",
            ASSISTANT,
            ("traffic: {peak: 15/s, average: 2/s}\n  ", ""),
            "workload:",
            "workload.traffic",
        ),
        ("online-without-latency", FRAUD, ("latency: {p99: 100 ms}\n  ", ""), "workload:", "workload.latency"),
        ("online-without-latency", FRAUD, ("{p99: 100 ms}", "{}"), "{}\n  payload", "workload.latency"),
        ("batch-without-window", FORECASTING, (f"  {BATCH}\n", ""), "workload:", "workload.batch"),
        (
            "empty-window",
            FORECASTING,
            ('done_by: "05:00"', 'done_by: "01:00"'),
            '"01:00", time_zone',
            "workload.batch.done_by",
        ),
        (
            "private-link-without-caller",
            FORECASTING,
            ("network: {mode: existing}", "network: {mode: existing, callers: private-link}"),
            "private-link",
            "platform.network.callers",
        ),
        ("average-above-peak", FRAUD, ("average: 3500/s", "average: 11000/s"), "11000/s", "workload.traffic.average"),
        (
            "duplicate-id",
            FRAUD,
            ("id: case-management", "id: core-banking"),
            "core-banking, system: sales",
            "consumers[1].id",
        ),
        ("stream-without-rate", FRAUD, ("rate: 10000/s, ", ""), "{id: authorisations", "sources[0].rate"),
        ("cdc-without-changes", FRAUD, ("changes: 300/s, ", ""), "{id: core-banking", "sources[1].changes"),
        ("unused-field", FRAUD, ("size: 2 GB", "rate: 5/s"), "5/s", "sources[2].rate"),
        ("no-production", FRAUD, ("[dev, staging, prod]", "[dev, staging]"), "[dev, staging]", "platform.environments"),
        ("repeated-word", FRAUD, ("[dev, staging, prod]", "[prod, dev, prod]"), "prod]", "platform.environments[2]"),
        ("repeated-word", FRAUD, ("data: [pan]", "data: [pan, pan]"), "pan]", "sources[0].data[1]"),
        ("missing-region", FRAUD, ("region: eu-west-1\n  ", ""), "platform:", "platform.region"),
        ("positives-above-rows", FRAUD, ("positives: 340k", "positives: 340M"), "340M", "problem.labels.positives"),
        ("relative-baseline", FORECASTING, ("baseline: 6%", "baseline: -6%"), "-6%", "objective.kpi.baseline"),
        ("unlike-levels", FRAUD, ("target: 6 bps", "target: 6 days"), "6 days", "objective.kpi.target"),
        ("target-is-baseline", FRAUD, ("target: 6 bps", "target: 0.12%"), "0.12%", "objective.kpi.target"),
        (
            "features-without-entities",
            FRAUD,
            ("entities: [card, merchant, device], ", ""),
            "features:",
            "features.entities",
        ),
        ("residency-without-subjects", FRAUD, ("residency: [eu]", "residency: [us]"), "[us]", "governance.residency"),
        (
            "deadline-without-batch",
            FRAUD,
            ("pattern: sync", 'pattern: sync, by: "05:00"'),
            '"05:00"',
            "consumers[0].by",
        ),
        ("deadline-before-batch", FORECASTING, ('by: "05:00"}]', 'by: "04:30"}]'), '"04:30"', "consumers[0].by"),
    ],
)
def test_each_contradiction_is_named_at_its_place(
    id: str, text: str, change: tuple[str, str], marker: str, path: str
) -> None:
    text = changed(text, change)
    problem = only_problem(text)
    assert (problem.id, problem.path) == (id, path)
    assert (problem.line, problem.column) == place_of(text, marker)
    assert problem.expected


def test_an_online_peak_and_the_stream_that_feeds_it_have_to_agree() -> None:
    text = changed(FRAUD, ("{peak: 10000/s", "{peak: 9000/s"))
    problem = only_problem(text)
    assert problem.id == "peak-and-rate-differ"
    assert (problem.line, problem.column) == place_of(text, "9000/s")
    (other,) = problem.related
    assert other.path == "sources[0].rate"
    assert (other.line, other.column) == place_of(text, "10000/s, record")


def test_the_same_rate_may_be_written_in_another_unit() -> None:
    assert parse(changed(FRAUD, ("{peak: 10000/s", "{peak: 600k/min")), "f").online


def test_only_one_stream_can_be_the_online_load() -> None:
    second = "  - {id: refunds, system: kafka, delivery: stream, rate: 10/s, data: [token], feeds: requests}\n"
    text = changed(FRAUD, ("features: {online", f"{second}features: {{online"))
    problem = only_problem(text)
    assert (problem.id, problem.path) == ("second-request-source", "sources[3].feeds")
    assert [place.path for place in problem.related] == ["sources[0].feeds"]


def test_a_batch_has_no_stream_of_requests() -> None:
    stream = "{id: orders, system: kafka, delivery: stream, rate: 5/s, feeds: requests, data: [confidential]}"
    text = changed(
        FORECASTING, ("{id: orders, system: sap, delivery: daily, size: 6 GB, data: [confidential]}", stream)
    )
    problem = only_problem(text)
    assert (problem.id, problem.path) == ("requests-without-online", "sources[0].feeds")
    assert [place.path for place in problem.related] == ["workload.mode"]


def test_a_batch_may_run_over_midnight() -> None:
    overnight = changed(FORECASTING, ('starts: "01:00"', 'starts: "22:00"'))
    batch = parse(overnight, "f").workload.batch
    assert batch is not None
    assert batch.window == 7 * 3600
    assert only_problem(changed(overnight, ('by: "05:00"}]', 'by: "23:30"}]'))).id == "deadline-before-batch"


def test_a_consumer_may_need_a_batch_later_than_it_is_due() -> None:
    assert parse(changed(FORECASTING, ('by: "05:00"}]', 'by: "00:30"}]')), "f").consumers[0].by is not None


@pytest.mark.parametrize(
    "change",
    [
        ("residency: [eu]", "residency: [de]"),
        ("residency: [eu]", "residency: [us, ie]"),
        ("residency: [eu]", "residency: [us], transfer: adequacy"),
        ("data_subjects: [eu]", "data_subjects: [us]"),
        ("residency: [eu], ", ""),
        ("recovery: {rto: 15 min, rpo: 1 min}", "recovery: {rto: 1 min, rpo: 1 day}"),
        ("recovery: {rto: 15 min, rpo: 1 min}", "recovery: {rto: 1 min, rpo: 0 s}"),
        ("target: 6 bps", "target: -50%"),
        ("cloud: aws ", "cloud: recommend "),
    ],
)
def test_what_is_unusual_but_possible_is_accepted(change: tuple[str, str]) -> None:
    assert parse(changed(FRAUD, change), "f").name == "payments-fraud"


def test_a_recommended_cloud_needs_no_region() -> None:
    text = changed(FRAUD, ("cloud: aws ", "cloud: recommend "), ("region: eu-west-1\n  ", ""))
    assert parse(text, "f").platform.region is None


def test_a_wrong_value_hides_no_contradiction_elsewhere_and_brings_up_none() -> None:
    text = changed(
        FRAUD,
        ("{peak: 10000/s", "{peak: fast"),
        ("positives: 340k", "positives: 340M"),
        ("changes: 300/s, ", ""),
        ("system: oracle", "system: orakel"),
        ("[dev, staging, prod]", "[dev, dev]"),
    )
    assert [(problem.id, problem.path) for problem in problems_of(text)] == [
        ("positives-above-rows", "problem.labels.positives"),
        ("wrong-unit", "workload.traffic.peak"),
        ("cdc-without-changes", "sources[1].changes"),
        ("unknown-word", "sources[1].system"),
        ("no-production", "platform.environments"),
        ("repeated-word", "platform.environments[1]"),
    ]
