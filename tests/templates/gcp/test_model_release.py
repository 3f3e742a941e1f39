"""The release workflow, run from its own source: upload, canary, promotion, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from templates.gcp.vertex_endpoint.release import SOURCE
from tests.templates.gcp.workflow_runner import Raised, Workflow

ENDPOINT = "projects/payments/locations/europe-west1/endpoints/1234567890"
HOST = "1234567890-europe-west1-123456789012.prediction.p.vertexai.goog"
VARIABLES = {
    "PROJECT": "payments",
    "REGION": "europe-west1",
    "ENDPOINT": ENDPOINT,
    "HOST": HOST,
    "ZONE": "projects/payments/managedZones/model",
    "MANIFEST": "releases/model.json",
}
MANIFEST = {
    "name": "payments-fraud-prod-model",
    "parent": "projects/payments/locations/europe-west1",
    "image": "europe-west1-docker.pkg.dev/payments/model/model@sha256:dd",
    "artifacts": "gs://artefacts/models/model/2",
    "key": "key-of-models",
    "service_account": "model-sa@payments.iam.gserviceaccount.com",
    "machine_type": "n2-standard-8",
    "replicas": 18,
    "max_replicas": 27,
    "cpu_target_percent": 60,
    "canary_percent": 10,
    "bake_seconds": 600,
    "least_requests": 100,
    "error_share": 0.01,
    "latency_budget_ms": 15.0,
}
EVENT = {"data": {"bucket": "artefacts", "name": "releases/model.json", "generation": "42"}}


class Google:
    """Vertex AI, Cloud DNS, Cloud Storage and Cloud Monitoring, as far as a release asks them."""

    def __init__(self, split: Mapping[str, int], **observed: float) -> None:
        self.split, self.address, self.record = dict(split), "10.20.8.9", None
        self.observed = {"prediction_count": 6000, "error_count": 0, "prediction_latencies": 9.0} | observed
        self.calls: list[tuple[str, str, Any]] = []
        self.polls = 0
        self.monitoring_fails = False

    def __call__(self, verb: str, given: Mapping[str, Any]) -> Any:
        url, body = given["url"], given.get("body")
        self.calls.append((verb, url, body))
        if "storage.googleapis.com" in url:
            assert url.endswith("/b/artefacts/o/releases%2Fmodel.json")
            assert given["query"] == {"alt": "media", "generation": "42"}
            return MANIFEST
        if "monitoring.googleapis.com" in url:
            return self._series(given["query"])
        if "dns.googleapis.com" in url:
            return self._dns(verb, url, body)
        return self._vertex(verb, url, body)

    def _vertex(self, verb: str, url: str, body: Any) -> Any:
        path = url.removeprefix("https://europe-west1-aiplatform.googleapis.com/v1/")
        assert path != url, url
        if path.endswith("/models:upload"):
            return {"name": "operations/upload"}
        if path == f"{ENDPOINT}:deployModel":
            self.split = {("new" if key == "0" else key): value for key, value in body["trafficSplit"].items()}
            return {"name": "operations/deploy"}
        if path == f"{ENDPOINT}:undeployModel":
            del self.split[body["deployedModelId"]]
            return {"name": "operations/undeploy"}
        if path.startswith("operations/"):
            self.polls += 1
            return {"done": False} if self.polls % 2 else {"done": True, "response": self._finished(path)}
        assert path == ENDPOINT, url
        if verb == "patch":
            self.split = {key: body["trafficSplit"].get(key, 0) for key in self.split}
        address = [{"ipAddress": self.address}]
        kept = {key: value for key, value in self.split.items() if value}
        return {"trafficSplit": kept, "privateServiceConnectConfig": {"pscAutomationConfigs": address}}

    def _finished(self, operation: str) -> Any:
        return {
            "operations/upload": {"model": "projects/payments/locations/europe-west1/models/7"},
            "operations/deploy": {"deployedModel": {"id": "new"}},
            "operations/undeploy": {},
        }[operation]

    def _dns(self, verb: str, url: str, body: Any) -> Any:
        base = "https://dns.googleapis.com/dns/v1/projects/payments/managedZones/model/rrsets"
        assert url.startswith(base)
        if verb == "get":
            if self.record is None:
                raise Raised({"code": 404, "message": "not found"})
            return self.record
        assert (verb == "post") == (self.record is None)
        self.record = body
        return body

    def _series(self, query: Mapping[str, Any]) -> Any:
        if self.monitoring_fails:
            raise Raised({"code": 503, "message": "unavailable"})
        assert 'metric.labels.deployed_model_id = "new"' in query["filter"]
        assert query["aggregation.alignmentPeriod"] == "600s"
        (kind,) = [name for name in self.observed if f'/{name}"' in query["filter"]]
        value = self.observed[kind]
        # Counts come as text, as JSON has no 64-bit numbers.
        point = {"doubleValue": value} if kind.endswith("latencies") else {"int64Value": str(int(value))}
        return {"timeSeries": [{"points": [{"value": point}]}]} if value else {}

    def bodies(self, end: str) -> list[Any]:
        return [body for _, url, body in self.calls if url.endswith(end)]


def release(google: Google, event: Any = EVENT) -> tuple[Any, Workflow]:
    workflow = Workflow(SOURCE.read_text(encoding="utf-8"), VARIABLES, google)
    return workflow.run(event), workflow


def test_another_object_in_the_bucket_is_no_release():
    google = Google({})
    result, _ = release(google, {"data": EVENT["data"] | {"name": "models/model/2/model.json"}})
    assert result == "no release - models/model/2/model.json"
    assert google.calls == []


def test_the_first_model_takes_all_traffic_without_a_canary():
    google = Google({})
    result, workflow = release(google)
    assert result == "deployed projects/payments/locations/europe-west1/models/7"
    assert google.split == {"new": 100}
    assert workflow.slept == [20, 20], "it waits for operations and for nothing else"


def test_the_model_is_uploaded_by_digest_under_our_key_and_deployed_as_its_own_account():
    google = Google({})
    release(google)
    (uploaded,) = google.bodies("/models:upload")
    assert uploaded["model"]["containerSpec"]["imageUri"] == MANIFEST["image"]
    assert uploaded["model"]["encryptionSpec"] == {"kmsKeyName": "key-of-models"}
    (deployed,) = google.bodies(":deployModel")
    model = deployed["deployedModel"]
    assert model["serviceAccount"] == MANIFEST["service_account"]
    machines = model["dedicatedResources"]
    assert (machines["minReplicaCount"], machines["maxReplicaCount"]) == (18, 27)


def test_a_good_challenger_bakes_at_a_tenth_and_replaces_the_incumbent():
    google = Google({"old": 100})
    result, workflow = release(google)
    assert result.startswith("promoted ")
    (deployed,) = google.bodies(":deployModel")
    assert deployed["trafficSplit"] == {"0": 10, "old": 90}
    assert 600 in workflow.slept
    assert google.split == {"new": 100}


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        ({"error_count": 61}, "it failed 61.0 of 6000.0 requests"),
        ({"prediction_latencies": 15.1}, "99th percentile is 15.1 ms"),
        ({"prediction_count": 99}, "too few to judge"),
        ({"prediction_count": 0}, "too few to judge"),
    ],
)
def test_a_challenger_that_fails_is_taken_back_and_the_execution_fails(observed: dict[str, float], reason: str):
    google = Google({"old": 100}, **observed)
    with pytest.raises(Raised, match="taken back") as raised:
        release(google)
    assert reason in str(raised.value)
    assert google.split == {"old": 100}


def test_one_that_cannot_be_judged_is_taken_back_too():
    google = Google({"old": 100})
    google.monitoring_fails = True
    with pytest.raises(Raised, match="could not be judged"):
        release(google)
    assert google.split == {"old": 100}


def test_traffic_leaves_a_model_before_it_is_undeployed():
    google = Google({"old": 100})
    release(google)
    order = [verb for verb, url, _ in google.calls if url.endswith((ENDPOINT, ":undeployModel")) and verb != "get"]
    assert order == ["patch", "post"]


def test_a_second_release_beside_one_under_way_is_refused():
    google = Google({"old": 90, "other": 10})
    with pytest.raises(Raised, match="another release is under way"):
        release(google)
    assert not google.bodies("/models:upload")


def test_the_name_follows_the_address_of_the_private_endpoint():
    google = Google({})
    release(google)
    assert google.record == {"name": f"{HOST}.", "type": "A", "ttl": 60, "rrdatas": ["10.20.8.9"]}
    google.address = "10.20.8.77"
    release(google)
    assert google.record["rrdatas"] == ["10.20.8.77"]


def test_a_name_that_is_right_is_left_alone():
    google = Google({})
    release(google)
    before = len([1 for verb, url, _ in google.calls if "dns" in url and verb != "get"])
    google.split = {"old": 100}
    release(google)
    assert len([1 for verb, url, _ in google.calls if "dns" in url and verb != "get"]) == before == 1


def test_an_operation_that_fails_fails_the_execution():
    class Broken(Google):
        def _finished(self, operation: str) -> Any:
            raise AssertionError

        def _vertex(self, verb: str, url: str, body: Any) -> Any:
            if "operations/" in url:
                return {"done": True, "error": {"code": 9, "message": "image not found"}}
            return super()._vertex(verb, url, body)

    with pytest.raises(Raised, match="image not found"):
        release(Broken({"old": 100}))


def test_the_source_fits_what_a_workflow_may_be():
    assert len(SOURCE.read_bytes()) < 128 * 1024
    assert json.dumps(VARIABLES) and len(VARIABLES) <= 20
    assert not [name for name in VARIABLES if name.startswith(("GOOGLE", "WORKFLOWS"))]
