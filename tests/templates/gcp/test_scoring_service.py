"""The scoring service: known addresses with a known certificate get in, and nobody else."""

from __future__ import annotations

import json

import pytest

from archgen.services.catalogue import services
from templates.gcp.operations.component import Operations, OperationsArgs
from templates.gcp.pubsub_stream.component import PubSubStream, PubSubStreamArgs
from templates.gcp.scoring_service.balancer import certificates
from templates.gcp.scoring_service.component import ScoringService, ScoringServiceArgs
from tests.templates.aws.stand_ins import FRAUD, demand, sizes
from tests.templates.gcp.stand_ins import (
    TOPIC,
    Features,
    Model,
    Network,
    Stream,
    assert_every_alert_reaches_a_person_and_ends,
    environment,
    platform,
    threshold,
    waits_for,
)

BUNDLE = "".join(f"-----BEGIN CERTIFICATE-----\n{n}\n-----END CERTIFICATE-----\n" for n in ("one", "two"))
CIDRS = ["10.64.16.0/24", "10.64.17.0/24"]


def scoring(live: bool = True, features: bool = True, cidrs: list[str] | None = None) -> ScoringService:
    return ScoringService(
        "scoring",
        ScoringServiceArgs(
            platform=platform(),
            network=Network(),
            model=Model(),
            decisions=Stream(),
            features=Features() if features else None,
            caller="payments-gateway",
            caller_cidrs=cidrs or CIDRS,
            caller_ca_bundle=BUNDLE,
            certificate="projects/payments/locations/europe-west1/certificates/scoring",
            entities=["card", "merchant"],
            latency_p99_ms=100,
            fallback_after_ms=80,
            instances=87,
            max_instances=131,
            image_digest="sha256:aa" if live else None,
        ),
    )


def test_the_service_is_reached_through_the_private_load_balancer_alone(record):
    made = record(scoring).one(":Service").inputs
    assert made["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    assert made["defaultUriDisabled"] is True
    assert made["template"]["vpcAccess"]["egress"] == "ALL_TRAFFIC"


def test_nothing_is_granted_to_everybody(record):
    recording = record(scoring)
    assert not [one for one in recording.resources if one.inputs.get("member") == "allUsers"]


def test_instances_for_the_peak_are_warm_and_keep_their_cpu(record):
    template = record(scoring).one(":Service").inputs["template"]
    assert template["scaling"] == {"minInstanceCount": 87, "maxInstanceCount": 131}
    (container,) = template["containers"]
    assert container["resources"]["cpuIdle"] is False
    assert container["startupProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


def test_only_the_callers_addresses_are_admitted_and_the_default_is_no(record):
    policy = record(scoring).one(":RegionSecurityPolicy", "payments-gateway-calls-scoring").inputs
    allow, deny = policy["rules"]
    assert (allow["action"], allow["match"]["config"]["srcIpRanges"]) == ("allow", CIDRS)
    assert (deny["action"], deny["priority"]) == ("deny(403)", 2147483647)


def test_more_ranges_than_a_rule_takes_make_more_rules(record):
    cidrs = [f"10.64.{n}.0/24" for n in range(23)]
    rules = record(lambda: scoring(cidrs=cidrs)).one(":RegionSecurityPolicy").inputs["rules"]
    assert [len(rule["match"]["config"]["srcIpRanges"]) for rule in rules] == [10, 10, 3, 1]
    assert len({rule["priority"] for rule in rules}) == 4


def test_a_caller_without_a_certificate_of_its_authorities_is_refused(record):
    recording = record(scoring)
    mutual = recording.one(":ServerTlsPolicy").inputs
    assert mutual["allowOpen"] is False
    assert mutual["mtlsPolicy"]["clientValidationMode"] == "REJECT_INVALID"
    (store,) = recording.one(":TrustConfig").inputs["trustStores"]
    assert len(store["trustAnchors"]) == 2
    proxy = recording.one(":RegionTargetHttpsProxy")
    assert proxy.inputs["serverTlsPolicy"] == "scoring-id"
    assert waits_for(proxy, recording.one(":ServerTlsPolicy"))


def test_the_backend_has_the_admission_policy_and_the_rule_the_proxies(record):
    recording = record(scoring)
    backend = recording.one(":RegionBackendService")
    assert waits_for(backend, recording.one(":RegionSecurityPolicy"))
    assert backend.inputs["loadBalancingScheme"] == "INTERNAL_MANAGED" and "healthChecks" not in backend.inputs
    rule = recording.one(":ForwardingRule").inputs
    assert (rule["loadBalancingScheme"], rule["portRange"]) == ("INTERNAL_MANAGED", "443")
    assert recording.one(":RegionSslPolicy").inputs["minTlsVersion"] == "TLS_1_2"


def test_a_bundle_without_a_certificate_is_refused():
    assert len(certificates(BUNDLE)) == 2
    with pytest.raises(ValueError, match="no certificate"):
        certificates("\n")


def test_before_the_first_image_callers_know_the_address_and_are_told_apart(record):
    foundation = record(lambda: scoring(live=False))
    assert foundation.one(":Address").protect
    assert foundation.one(":RegionSecurityPolicy") and foundation.one(":ServerTlsPolicy")
    assert not foundation.of(":Service") + foundation.of(":ForwardingRule")


def test_the_container_is_told_what_it_needs_and_starts_after_its_permissions(record):
    recording = record(scoring)
    service = recording.one(":Service")
    (container,) = service.inputs["template"]["containers"]
    told = environment(container)
    assert told["MODEL_URL"].endswith(":rawPredict")
    assert (told["STREAM_TOPIC"], told["FEATURES_ENDPOINT"]) == (TOPIC, "10.20.8.2:6379")
    assert (told["FALLBACK_AFTER_MS"], told["ENTITIES"]) == ("80", "card,merchant")
    for grant in ("scoring-invokes-model", "scoring-writes-payments", "scoring-reads-features", "scoring-metrics"):
        assert waits_for(service, recording.one(":IAMMember", grant)), grant


def test_without_online_features_it_is_told_of_none(record):
    (container,) = record(lambda: scoring(features=False)).one(":Service").inputs["template"]["containers"]
    assert not [name for name in environment(container) if name.startswith("FEATURES")]


def test_errors_slowness_fallbacks_and_lost_decisions_call_for_a_person(record):
    recording = record(scoring)
    assert_every_alert_reaches_a_person_and_ends(recording)
    assert threshold(recording, "scoring-slow")["thresholdValue"] == 100
    assert threshold(recording, "scoring-fallback")["thresholdValue"] == 1
    assert threshold(recording, "scoring-unrecorded")["thresholdValue"] == 0
    assert 'response_code_class = "500"' in threshold(recording, "scoring-errors")["filter"]


def test_ten_thousand_requests_take_eighty_seven_instances():
    found = sizes(
        services("gcp")["scoring_service"].size(demand("scoring", "scoring", FRAUD, scoring_requests_per_task=300))
    )
    assert (found.instances.value, found.max_instances.value) == (87, 131)


def test_rules_that_decide_too_late_rule_it_out():
    service = services("gcp")["scoring_service"]
    late = {"latency_p99_ms": 80, "fallback_after_ms": 80}
    assert [violation.need for violation in service.suits(late).violated] == ["fallback_after_ms"]


def test_the_dashboard_shows_open_incidents_first_and_a_row_for_each_part(record):
    def build() -> None:
        stream = PubSubStream("payments", PubSubStreamArgs(platform=platform(), retention_hours=24))
        Operations("operations", OperationsArgs(platform=platform(), observed=[stream, scoring()]))

    recording = record(build)
    body = json.loads(recording.one(":Dashboard").inputs["dashboardJson"])
    first, *rest = body["mosaicLayout"]["tiles"]
    named = first["widget"]["incidentList"]["policyNames"]
    assert len(named) == len(recording.of(":AlertPolicy"))
    titles = [tile["widget"]["title"] for tile in rest if "text" in tile["widget"]]
    assert titles == ["payments", "scoring"]
    cells = {
        (tile["xPos"] + x, tile["yPos"] + y)
        for tile in [first, *rest]
        for x in range(tile["width"])
        for y in range(tile["height"])
    }
    area = sum(tile["width"] * tile["height"] for tile in [first, *rest])
    assert len(cells) == area, "tiles overlap"
    assert all(tile["xPos"] + tile["width"] <= 48 for tile in rest)
    for tile in rest:
        if "xyChart" in tile["widget"]:
            (data,) = tile["widget"]["xyChart"]["dataSets"]
            assert "metric.type" in data["timeSeriesQuery"]["timeSeriesFilter"]["filter"]
