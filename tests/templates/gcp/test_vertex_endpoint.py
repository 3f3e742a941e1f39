"""The endpoint: private, authorised, captured, and complete before its first model."""

from __future__ import annotations

import json

import pytest

from archgen.services.catalogue import services
from templates.gcp.vertex_endpoint.component import VertexEndpoint, VertexEndpointArgs, endpoint_number
from tests.templates.aws.stand_ins import FRAUD, alone, component, demand, sizes
from tests.templates.gcp.conftest import NUMBER, REGION
from tests.templates.gcp.stand_ins import (
    SERVICES_RANGE,
    VERTEX_AGENT,
    Caller,
    Lake,
    Network,
    assert_every_alert_reaches_a_person_and_ends,
    platform,
    threshold,
    waits_for,
)

SERVICE = services("gcp")["vertex_endpoint"]


def endpoint(live: bool = True, lake: Lake | None = None, protected: bool = True) -> VertexEndpoint:
    return VertexEndpoint(
        "model",
        VertexEndpointArgs(
            platform=platform(protected),
            network=Network(),
            capture=lake or Lake(),
            machine_type="n2-standard-8",
            replicas=18,
            max_replicas=27,
            latency_budget_ms=15.0,
            capture_share=0.01,
            model_image_digest="sha256:dd" if live else None,
            model_artifacts="gs://artefacts/models/model/2" if live else None,
        ),
    )


def test_it_is_private_authorised_and_under_our_key(record):
    made = record(endpoint).one(":AiEndpoint").inputs
    private = made["privateServiceConnectConfig"]
    assert private["enablePrivateServiceConnect"] and private["enableSecurePrivateServiceConnect"]
    assert private["pscAutomationConfigs"] == [{"network": "network", "projectId": "payments"}]
    assert made["encryptionSpec"] == {"kmsKeyName": "key-of-models"}
    assert "dedicatedEndpointEnabled" not in made and "network" not in made


@pytest.mark.parametrize("name", ["model", "champion", "a-very-long-name-of-an-endpoint"])
def test_its_number_is_one_that_vertex_takes_and_stays_the_same(name):
    number = endpoint_number("payments-fraud-prod", name)
    assert number.isdigit() and len(number) == 10 and number[0] != "0"
    assert number == endpoint_number("payments-fraud-prod", name) != endpoint_number("payments-fraud-dev", name)


def test_callers_know_its_address_before_its_first_model(record):
    found: list[str] = []
    record(lambda: endpoint(live=False).url.apply(found.append))
    (url,) = found
    number = endpoint_number("payments-fraud-prod", "model")
    assert url.startswith(f"https://{number}-{REGION}-{NUMBER}.prediction.p.vertexai.goog/v1/")
    assert url.endswith(":rawPredict")


def test_without_a_model_everything_exists_but_a_release(record):
    foundation, live = record(lambda: endpoint(live=False)), record(endpoint)
    assert foundation.one(":AiEndpoint") and foundation.one(":Workflow") and foundation.one(":Trigger")
    assert not foundation.of(":BucketObject")
    assert {made.type for made in live.resources} - {made.type for made in foundation.resources} == {
        "gcp:storage/bucketObject:BucketObject"
    }


def test_a_release_is_a_manifest_that_somebody_hears_of(record):
    recording = record(endpoint)
    manifest = recording.one(":BucketObject")
    assert manifest.inputs["name"] == "releases/model.json"
    release = json.loads(manifest.inputs["content"])
    assert release["image"].endswith("/payments/model/model@sha256:dd")
    assert (release["replicas"], release["max_replicas"], release["canary_percent"]) == (18, 27, 10)
    assert waits_for(manifest, recording.one(":Trigger"), recording.one(":AiEndpoint"))
    trigger = recording.one(":Trigger").inputs
    assert {"attribute": "bucket", "value": "artefacts"} in trigger["matchingCriterias"]


def test_the_workflow_is_told_where_and_runs_as_its_own_account(record):
    recording = record(endpoint)
    workflow = recording.one(":Workflow")
    assert workflow.inputs["userEnvVars"]["MANIFEST"] == "releases/model.json"
    assert workflow.inputs["userEnvVars"]["ENDPOINT"] == "model-id"
    assert workflow.inputs["cryptoKeyName"] == "key-of-workflows"
    assert workflow.inputs["serviceAccount"] == "model-release-id"
    acts_as = recording.one(":IAMMember", "model-release-acts-as").inputs
    assert (acts_as["serviceAccountId"], acts_as["role"]) == ("model-Account", "roles/iam.serviceAccountUser")


def test_the_release_account_reads_the_manifest_and_no_other_object(record):
    grant = record(endpoint).one(":BucketIAMMember", "model-release-manifest").inputs
    assert grant["role"] == "roles/storage.objectViewer"
    assert grant["condition"]["expression"].endswith('/objects/releases/model.json"')


def test_a_model_reads_its_own_files_only(record):
    grant = record(endpoint).one(":BucketIAMMember", "model-reads-models").inputs
    assert grant["member"] == "serviceAccount:model-sa@payments.iam.gserviceaccount.com"
    assert 'startsWith("projects/_/buckets/artefacts/objects/models/model/")' in grant["condition"]["expression"]


def test_a_sample_is_captured_by_vertex_itself_once_it_may(record):
    lake = Lake()
    recording = record(lambda: endpoint(lake=lake))
    made = recording.one(":AiEndpoint")
    logging = made.inputs["predictRequestResponseLoggingConfig"]
    assert (logging["enabled"], logging["samplingRate"]) == (True, 0.01)
    assert logging["bigqueryDestination"] == {"outputUri": "bq://payments.lake.captured"}
    assert lake.written == [lake.captured]
    grant = recording.one(":IAMMember", "model-writes-lake")
    assert grant.inputs["member"] == VERTEX_AGENT and waits_for(made, grant)


def test_a_lake_that_keeps_no_traffic_is_refused(record):
    with pytest.raises(ValueError, match="keeps no requests and replies"):
        record(lambda: endpoint(lake=Lake(captures=False)))


def test_a_caller_may_ask_and_may_not_deploy(record):
    recording = record(lambda: endpoint().grant_invoke(Caller().workload))
    (role,) = recording.of(":IAMCustomRole")
    assert role.inputs["permissions"] == ["aiplatform.endpoints.predict"]
    grant = recording.one(":AiEndpointIamMember", "scoring-invokes-model")
    assert (grant.inputs["member"], grant.inputs["role"]) == (
        "serviceAccount:scoring",
        "projects/payments/roles/" + role.inputs["roleId"],
    )
    rule = recording.one(":Firewall", "scoring-invokes-model")
    assert rule.inputs["destinationRanges"] == [SERVICES_RANGE]
    assert rule.inputs["allows"] == [{"protocol": "tcp", "ports": ["443"]}]
    assert rule.inputs["targetTags"] == ["payments-fraud-prod-scoring"]
    assert {grant.parent, rule.parent} == {recording.one(":Caller").urn}


def test_the_workflow_owns_the_traffic(record):
    made = record(endpoint).one(":AiEndpoint")
    assert made.ignored == frozenset({"trafficSplit"})
    assert "trafficSplit" not in made.inputs


def test_slow_failing_hot_and_missing_replicas_call_for_a_person(record):
    recording = record(endpoint)
    assert_every_alert_reaches_a_person_and_ends(recording)
    assert threshold(recording, "model-slow")["thresholdValue"] == 15.0
    missing = threshold(recording, "model-replicas")
    assert (missing["comparison"], missing["thresholdValue"]) == ("COMPARISON_LT", 18)
    assert 'metric.labels.status = "FAILED"' in threshold(recording, "model-release-failed")["filter"]


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_endpoint_resists_deletion(record, protected):
    recording = record(lambda: endpoint(protected=protected))
    assert recording.one(":AiEndpoint").protect is protected
    assert recording.one(":Workflow").inputs["deletionProtection"] is protected
    assert recording.one(":ManagedZone").inputs["forceDestroy"] is not protected


def test_ten_thousand_requests_take_eighteen_replicas_with_a_zone_lost():
    found = sizes(SERVICE.size(demand("model", "realtime-endpoint", FRAUD)))
    assert (found.replicas.value, found.max_replicas.value) == (18, 27)


@pytest.mark.parametrize(("need", "value"), [("payload_bytes", 10_000_001), ("latency_p99_ms", 19)])
def test_a_broken_limit_rules_it_out(need, value):
    assert [violation.need for violation in SERVICE.suits({**FRAUD, need: value}).violated] == [need]
    assert not SERVICE.suits(FRAUD).violated


def test_one_percent_is_captured_and_the_model_gets_its_share_of_the_time():
    arguments = SERVICE.arguments(component("model", "realtime-endpoint"), alone())
    assert (arguments["capture_share"], arguments["latency_budget_ms"]) == (0.01, 15)
