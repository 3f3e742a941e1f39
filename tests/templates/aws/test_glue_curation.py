from __future__ import annotations

import json
import runpy

from archgen import registry
from archgen.services import Ref, Setting, catalogue
from archgen.topology import Flow, Topology, Zone
from templates.aws.glue_curation.catalogue import DECISION_COLUMNS, EVENT_COLUMNS
from templates.aws.glue_curation.component import GlueCuration, GlueCurationArgs
from templates.aws.hardened.identity import allow, statement
from tests.templates.aws.glue_checks import alarms, assert_job_is_private_encrypted_and_logged
from tests.templates.aws.stand_ins import (
    Caller,
    Network,
    Store,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    component,
    demand,
    out,
    platform,
    policy,
    resources_of,
    sizes,
    waits_for,
)

NEEDS = {"task": "fraud-detection", "label_delay_days": 90, "entities": ("card",), "customer_keys": True}


ANALYST = "arn:aws:iam::123456789012:role/risk/analyst"
INVESTIGATOR = "arn:aws:iam::123456789012:role/risk/investigator"


class Lake(Store):
    def __init__(self, name):
        super().__init__()
        self.name = name
        self.bucket_name = out(name)
        self.bucket_arn = out(f"arn:aws:s3:::{name}")

    def grant_read(self, reader):
        return [allow(f"{reader.name}-reads-{self.name}", reader, [statement(["test:Read"], [self.bucket_arn])])]


class History:
    groups = {"card": out("history-card")}

    def grant_write(self, writer, depends_on=()):
        return [allow(f"{writer.name}-writes-history", writer, [statement(["test:Write"], ["history"])])]


def build(history=True, **changed):
    events, decisions = Lake("event-lake"), Lake("decision-lake")
    said = {
        "task": "fraud-detection",
        "schedule": "cron(0 3 * * ? *)",
        "time_zone": "Europe/Dublin",
        "expected_within_hours": 26,
        "readers": [ANALYST],
        "record_readers": [INVESTIGATOR],
        "inputs": [
            ("decisions", "decision-delivery", "decision-delivery/data", "json", decisions),
            ("events", "event-delivery", "event-delivery/data", "json", events),
        ],
        "manage_account_baseline": True,
    }
    return GlueCuration(
        "curation",
        GlueCurationArgs(
            platform=platform(),
            network=Network(),
            sources=[decisions, events],
            destination=Lake("curated"),
            code="../app/curation",
            columns=[("chargebacks", "event_id=ZUONR,label_time=BUDAT")],
            entities=["card"],
            features=["count_1m", "amount_1m"],
            label_delay_days=90,
            horizon_days=28,
            history_days=1095,
            days=3,
            negative_share=0.01,
            parity_per_million=1000,
            parity_limit=0.01,
            freshness_seconds=2.0,
            rules=["RowCount > 0", 'IsUnique "event_id"'],
            column_rule='Completeness "{column}" > 0.5',
            data_class="pii",
            workers=15,
            timeout_minutes=240,
            history=History() if history else None,
            **(said | changed),
        ),
    )


def told(made):
    return json.loads(made.one("glue/job:Job").inputs["defaultArguments"]["--settings"])


def test_the_job_is_private_and_stands_in_every_zone(record):
    made = record(build)
    job = assert_job_is_private_encrypted_and_logged(made, "curation")
    assert len(job["connections"]) == 3
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_alarm_reaches_a_person(made)


def test_it_reads_each_lake_and_writes_below_its_own_prefix_alone(record):
    made = record(build)
    job = made.one("glue/job:Job")
    for grant in ("curation-reads-event-lake", "curation-reads-decision-lake", "curation-writes-lake"):
        assert waits_for(job, made.one(":RolePolicy", grant))
    commits = policy(made.one(":RolePolicy", "curation-commits"))
    assert resources_of(commits, "s3:DeleteObject") == ["arn:aws:s3:::curated/curation/*"]


def test_the_job_is_told_what_lies_where(record):
    said = told(record(build))
    assert [(one["kind"], one["bucket"]) for one in said["inputs"]] == [
        ("decisions", "decision-lake"),
        ("events", "event-lake"),
    ]
    assert said["columns"] == {"chargebacks": "event_id=ZUONR,label_time=BUDAT"}
    assert said["groups"] == {"card": "history-card"}
    assert said["label_delay_days"] == 90 and said["bucket"] == "curated" and said["prefix"] == "curation"


def test_the_history_needs_iceberg_and_its_grant(record):
    made = record(build)
    arguments = made.one("glue/job:Job").inputs["defaultArguments"]
    assert arguments["--datalake-formats"] == "iceberg"
    assert arguments["--conf"].startswith("spark.sql.extensions=") and arguments["--conf"].count("--conf ") == 4
    assert waits_for(made.one("glue/job:Job"), made.one(":RolePolicy", "curation-writes-history"))
    without = record(lambda: build(history=False))
    assert "--conf" not in without.one("glue/job:Job").inputs["defaultArguments"]
    assert told(without)["groups"] == {}


def test_the_table_finds_its_days_without_a_crawler(record):
    table = record(build).one(":CatalogTable", "curation").inputs
    assert table["parameters"]["projection.enabled"] == "true"
    assert table["parameters"]["storage.location.template"] == "s3://curated/curation/dataset/date=${date}/"
    columns = [column["name"] for column in table["storageDescriptor"]["columns"]]
    assert {"event_id", "label", "entity_card", "card_count_1m"} <= set(columns)
    forecast = record(lambda: build(history=False, task="forecasting", inputs=[])).one(":CatalogTable").inputs
    assert "partitionKeys" not in forecast and "projection.enabled" not in forecast["parameters"]


def test_the_catalogue_says_what_the_job_checks(record):
    rules = record(build).one(":DataQualityRuleset").inputs
    assert rules["targetTable"]["tableName"] == "dataset"
    assert 'IsUnique "event_id"' in rules["ruleset"]
    assert 'Completeness "card_count_1m" > 0.5' in rules["ruleset"] and '"{column}"' not in rules["ruleset"]
    forecast = record(lambda: build(history=False, task="forecasting")).one(":DataQualityRuleset").inputs
    assert "targetTable" not in forecast, "the table holds days to come, in which no quantity can be complete"
    assert "card_count_1m" not in forecast["ruleset"]


def test_the_rules_of_the_catalogue_are_those_of_the_job():
    service, neighbours = catalogue.services("aws")["glue_curation"], around()
    given = service.arguments(neighbours.topology.component("curation"), neighbours)
    path = registry.find("templates", "parts/curation_core/curation_core/quality.py")
    job = runpy.run_path(str(path))
    assert [*given["rules"], given["column_rule"].format(column="card_count_1m")] == job["decision_rules"](
        ["card_count_1m"]
    )
    assert given["data_class"] == "token"


def test_readers_query_by_class_and_zone_through_lake_formation_alone(record):
    made = record(build)
    registered = made.one("lakeformation/resource:Resource", "curation-dataset")
    assert registered.inputs["arn"] == "arn:aws:s3:::curated/curation/dataset"
    assert registered.inputs["hybridAccessEnabled"] is False
    assert waits_for(registered, made.one(":RolePolicy", "curation-queries-reads-curated"))
    given = made.of("lakeformation/permissions:Permissions")
    assert {one.inputs["principal"] for one in given} == {ANALYST, INVESTIGATOR}
    for one in given:
        zone = "curated" if one.inputs["principal"] == ANALYST else "records"
        said = one.inputs["lfTagPolicy"]
        assert {each["key"]: each["values"] for each in said["expressions"]} == {
            "payments-fraud-prod-data-class": ["pii"],
            "payments-fraud-prod-zone": [zone],
        }
        assert one.inputs["permissions"] == (
            ["DESCRIBE"] if said["resourceType"] == "DATABASE" else ["DESCRIBE", "SELECT"]
        )
        assert waits_for(one, made.one(":ResourceLfTags", f"curation-{zone}"))
    assert not record(lambda: build(readers=[], record_readers=[])).of("lakeformation/permissions:Permissions")


def test_a_single_decision_can_be_looked_up_as_it_was_recorded(record):
    made = record(build)
    decisions = made.one(":CatalogTable", "curation-decisions").inputs
    assert decisions["parameters"]["storage.location.template"] == (
        "s3://decision-lake/decision-delivery/data/date=${date}/"
    )
    assert made.one("lakeformation/resource:Resource", "curation-decisions").inputs["arn"] == (
        "arn:aws:s3:::decision-lake/decision-delivery/data"
    )
    assert made.one(":CatalogTable", "curation-events").inputs["databaseName"] == decisions["databaseName"]
    forecast = record(lambda: build(history=False, task="forecasting", inputs=[]))
    assert {table.name for table in forecast.of(":CatalogTable")} == {"curation"}


def test_the_catalogue_has_the_columns_that_the_job_reads():
    path = registry.find("templates", "parts/curation_core/curation_core/records.py")
    job = runpy.run_path(str(path))
    for schema, columns in ((job["EVENT"], EVENT_COLUMNS), (job["RECORD"], DECISION_COLUMNS)):
        assert [field.name for field in schema.fields] == [name for name, _ in columns]
    said = dict(DECISION_COLUMNS)["decision"]
    assert all(f"{field.name}:" in said for field in job["RECORD"]["decision"].dataType.fields)


def test_the_account_is_governed_by_one_stack_and_nobody_reads_a_new_table(record):
    made = record(build)
    (settings,) = made.of(":DataLakeSettings")
    assert settings.inputs["createTableDefaultPermissions"] == settings.inputs["createDatabaseDefaultPermissions"] == []
    assert settings.inputs["admins"] == ["arn:aws:iam::123456789012:role/offline"]
    assert waits_for(made.one("lakeformation/resource:Resource", "curation-dataset"), settings)
    assert not record(lambda: build(manage_account_baseline=False)).of(":DataLakeSettings")


def test_a_closed_gate_unexplained_features_and_a_missed_night_call_a_person(record):
    raised = alarms(record(build))
    assert raised["curation-quality"]["metricName"] == "QualityRulesFailed"
    assert raised["curation-parity"]["threshold"] == 0.01
    assert raised["curation-overdue"]["treatMissingData"] == "breaching"
    assert "curation-parity" not in alarms(record(lambda: build(task="forecasting")))


def test_a_night_runs_it(record):
    def program():
        curation = build(schedule=None, time_zone=None, expected_within_hours=None)
        curation.grant_run(Caller("night").workload)
        assert curation.step.integration.endswith("startJobRun.sync")

    made = record(program)
    assert made.one(":RolePolicy", "night-runs-curation") and not made.of(":Schedule")


def around():
    """A payment system: events and decisions delivered, chargebacks and a core system landed."""
    flows = [
        ("events", "event-delivery", "events", "target"),
        ("event-delivery", "event-lake", "objects", "source"),
        ("scoring", "decisions", "events", "source"),
        ("decisions", "decision-delivery", "events", "target"),
        ("decision-delivery", "decision-lake", "objects", "source"),
        ("chargebacks", "chargebacks-intake", "files", "target"),
        ("chargebacks-intake", "landing", "objects", "source"),
        ("core", "core-capture", "changes", "target"),
        ("core-capture", "landing", "objects", "source"),
        *((lake, "curation", "objects", "target") for lake in ("event-lake", "decision-lake", "landing")),
        ("curation", "curated", "objects", "source"),
    ]
    roles = {
        "event-delivery": ("delivery", "firehose_delivery"),
        "decision-delivery": ("delivery", "firehose_delivery"),
        "chargebacks-intake": ("batch-intake", "sap_intake"),
        "core-capture": ("change-capture", "dms_capture"),
        "scoring": ("scoring", "scoring_service"),
        "curation": ("curation", "glue_curation"),
        "curated": ("lake", "lake_bucket"),
    }
    needs = {
        "curated": {"data_class": "token"},
        "chargebacks-intake": {"use": "labels"},
        "core-capture": {"use": "features"},
        "curation": NEEDS,
    }
    base, services = alone(), catalogue.services("aws")
    topology = Topology(
        blueprint="test",
        zones=(Zone(id="network", kind="network"),),
        components=tuple(component(id, role, needs.get(id, {})) for id, (role, _) in roles.items()),
        flows=tuple(
            Flow(source=s, target=t, kind=k, opened_by=o, data_class="pii", step=n)
            for n, (s, t, k, o) in enumerate(flows, start=1)
        ),
    )
    bound = {id: services[service] for id, (_, service) in roles.items()}
    return type(base)(topology=topology, services=bound, region=base.region, assumptions=base.assumptions)


def test_what_lies_in_the_lakes_follows_from_who_writes_them():
    service, neighbours = catalogue.services("aws")["glue_curation"], around()
    given = service.arguments(neighbours.topology.component("curation"), neighbours)
    assert set(given["inputs"]) == {
        ("decisions", "decision-delivery", "decision-delivery/data", "json", Ref(component="decision-lake")),
        ("events", "event-delivery", "event-delivery/data", "json", Ref(component="event-lake")),
        ("labels", "chargebacks", "chargebacks-intake/data", "json", Ref(component="landing")),
        ("features", "core", "core-capture", "parquet", Ref(component="landing")),
    }
    settings = dict(given["columns"])
    assert {source: setting.key for source, setting in settings.items()} == {
        "chargebacks": "chargebacksColumns",
        "core": "coreColumns",
    }
    assert all(isinstance(setting, Setting) and not setting.live for setting in settings.values())
    assert given["label_delay_days"] == 90 and given["days"] == 3
    assert "count_5m" in given["features"]


def test_workers_follow_a_day_of_decisions():
    service = catalogue.services("aws")["glue_curation"]
    busy = NEEDS | {"records_per_second": 3_500.0, "record_bytes": 1_000.0}
    assert sizes(service.size(demand("curation", "curation", busy))).workers.value == 17, (
        "907 GB / 60 GB, and the driver"
    )
    assert sizes(service.size(demand("curation", "curation", NEEDS))).workers.value == 4
