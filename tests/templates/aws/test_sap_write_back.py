from __future__ import annotations

import json

import pytest

from archgen.services import catalogue
from templates.aws.sap_write_back.component import SapWriteBack, SapWriteBackArgs
from tests.templates.aws.batch_stand_ins import NIGHT, Lake
from tests.templates.aws.stand_ins import (
    Caller,
    Network,
    actions,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    demand,
    platform,
    policy,
    sizes,
    waits_for,
)

SERVICE = catalogue.services("aws")["sap_write_back"]
NAME = "replenishment-writeback"
PASSWORD = "4dabf18193072939515e22adb298388d"


def build(**given):
    import pulumi

    args = {
        "platform": platform(),
        "network": Network(),
        "source": Lake("results"),
        "consumer": "replenishment",
        "code": f"../app/{NAME}",
        "answers": "forecast",
        "entity_url": "https://sap.example.com:44300/srv/Forecasts",
        "client": "100",
        "properties": "Series,Day,P10,P50,P90",
        "address_ranges": ["10.66.8.0/28"],
        "ca_bundle": "pem",
        "username": "writer",
        "password": pulumi.Output.secret(PASSWORD),
        "sessions": 4,
        "workers": 2,
        "timeout_minutes": 90,
    }
    return SapWriteBack(NAME, SapWriteBackArgs(**(args | given)))


def test_it_reaches_sap_at_its_own_addresses_and_port_and_nothing_else(record):
    made = record(build)
    rule = made.one(":SecurityGroupEgressRule", f"{NAME}-writes-replenishment").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.66.8.0/28", 44300, 44300)
    open_to = [r.inputs.get("cidrIpv4") for r in made.of(":SecurityGroupEgressRule") if r.inputs.get("cidrIpv4")]
    assert open_to == ["10.66.8.0/28"]


def test_an_open_range_is_refused(record):
    with pytest.raises(ValueError, match="every address"):
        record(lambda: build(address_ranges=["0.0.0.0/0"]))


def test_the_login_is_in_the_secret_and_nowhere_else(record):
    made = record(build)
    for resource in made.resources:
        if PASSWORD in json.dumps(resource.inputs, default=str):
            assert resource.type.endswith(":SecretVersion"), resource.name
            assert "secretStringWo" in resource.secret_inputs and "secretString" not in resource.inputs
    assert made.one(":Secret").inputs["kmsKeyId"] == "secrets-key"


def test_the_job_is_told_all_that_its_code_asks_for(record):
    job = record(build).one(":glue/job:Job").inputs
    told = job["defaultArguments"]
    assert told["--answers"] == "forecast" and told["--lake"] == "results" and told["--sessions"] == "4"
    assert told["--dead_letters"].startswith("https://sqs.")
    assert PASSWORD not in json.dumps(told)
    assert job["securityConfiguration"] and job["connections"]
    # The night repeats a failed step; a repeat inside the job would come on top.
    assert job["maxRetries"] == 0


def test_its_code_comes_with_the_program(record):
    made = record(build)
    script, packages = (made.one(":BucketObjectv2", f"{NAME}-{what}") for what in ("script", "packages"))
    assert waits_for(made.one(":glue/job:Job"), script, packages)


def test_refused_rows_are_kept_encrypted_and_raise_an_alarm(record):
    made = record(build)
    queue = made.one(":Queue", f"{NAME}-refused").inputs
    assert queue["kmsMasterKeyId"] == "messages-key" and queue["messageRetentionSeconds"] == 14 * 86_400
    assert "sqs:SendMessage" in actions(policy(made.one(":RolePolicy", f"{NAME}-refused")))
    assert made.one(":MetricAlarm", f"{NAME}-refused").inputs["threshold"] == 0


def test_every_right_comes_before_the_job(record):
    made = record(build)
    names = (f"{NAME}-reads-results", f"{NAME}-writes-replenishment", f"{NAME}-refused")
    assert waits_for(made.one(":glue/job:Job"), *(made.one(":RolePolicy", name) for name in names))


def test_it_waits_for_the_night_and_the_night_waits_for_it(record):
    made = record(lambda: build().grant_run(Caller("night", inside_network=False).workload))
    assert not made.of(":Schedule") and not made.of(":Trigger")
    assert "glue:StartJobRun" in actions(policy(made.one(":RolePolicy", f"night-runs-{NAME}")))


def test_every_role_log_and_alarm_is_as_everywhere(record):
    made = record(build)
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_alarm_reaches_a_person(made)


def test_a_function_would_end_before_the_rows_do():
    minutes = sizes(SERVICE.size(demand(NAME, "result-delivery", NIGHT))).run_minutes
    assert minutes.value == 45
    (limit,) = [row for row in catalogue.facts("aws", "sap_write_back")["limits"] if row["id"] == "lambda-time"]
    assert minutes.value > limit["value"]


def test_another_system_and_a_part_of_the_answers_are_refused():
    assert not SERVICE.suits(NIGHT).violated
    assert [v.need for v in SERVICE.suits({**NIGHT, "system": "salesforce"}).violated] == ["system"]
    assert [v.need for v in SERVICE.suits({**NIGHT, "share": 0.5}).violated] == ["share"]
