"""The manifests and the code agree: what the pod is given is what the process reads."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring.settings import Settings

FOLDER = Path(__file__).parents[1] / "kubernetes"
VALUES = {
    "ADDRESS": "10.20.1.200",
    "CALLERS_PEM_BASE64": base64.b64encode(b"-----BEGIN CERTIFICATE-----\n").decode(),
    "ENTITIES": "card,merchant",
    "FALLBACK_AFTER_MS": "80",
    "FEATURES_ENDPOINT": "features.example.com:10000",
    "MODEL_SCOPE": "",
    "MODEL_URL": "http://model.model.svc.cluster.local:8080",
    "REPLICAS": "87",
    "MAX_REPLICAS": "131",
    "STREAM_BOOTSTRAP": "evhns.servicebus.windows.net:9093",
}


def documents() -> list[Any]:
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted([*listed, "kustomization.yaml"]) == sorted(path.name for path in FOLDER.glob("*.yaml"))
    texts = [(FOLDER / name).read_text() for name in listed]
    filled = [re.sub(r"\$\{(\w+)\}", lambda key: VALUES.get(key[1], key[1].lower()), text) for text in texts]
    return [document for text in filled for document in yaml.safe_load_all(text)]


def of_kind(kind: str, name: str | None = None) -> Any:
    (found,) = [d for d in documents() if d["kind"] == kind and name in (None, d["metadata"]["name"])]
    return found


@pytest.fixture
def pod() -> Any:
    return of_kind("Deployment")["spec"]["template"]["spec"]


def test_the_process_starts_with_what_the_pod_is_given(pod: Any) -> None:
    (container,) = pod["containers"]
    assert container["envFrom"] == [{"configMapRef": {"name": "settings"}}]
    settings = Settings.from_environment(of_kind("ConfigMap", "settings")["data"])
    assert settings.service.port == container["ports"][0]["containerPort"] == 8443
    assert settings.service.fallback_after_ms == 80


def test_the_files_that_the_process_reads_are_mounted(pod: Any) -> None:
    settings = Settings.from_environment(of_kind("ConfigMap", "settings")["data"])
    (container,) = pod["containers"]
    mounted = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    for file in (settings.certificate, settings.callers):
        assert mounted[str(file.parent)]["readOnly"] is True
    assert settings.callers.name in of_kind("ConfigMap", "callers")["binaryData"]
    assert (
        f"objectAlias: {settings.certificate.name}" in of_kind("SecretProviderClass")["spec"]["parameters"]["objects"]
    )


def test_the_load_balancer_is_internal_and_leads_to_the_tls_port() -> None:
    service = of_kind("Service")
    said = service["metadata"]["annotations"]
    assert said["service.beta.kubernetes.io/azure-load-balancer-internal"] == "true"
    assert said["service.beta.kubernetes.io/azure-load-balancer-ipv4"] == "10.20.1.200"
    assert service["spec"]["ports"] == [{"port": 443, "targetPort": 8443}]


def test_the_pod_acts_as_its_own_identity_and_needs_no_rights(pod: Any) -> None:
    account = of_kind("ServiceAccount")
    assert pod["serviceAccountName"] == account["metadata"]["name"] == account["metadata"]["namespace"]
    assert account["metadata"]["annotations"]["azure.workload.identity/client-id"] == "client_id"
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert labels["azure.workload.identity/use"] == "true"
    (container,) = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_it_may_reach_the_ports_of_all_that_it_is_given() -> None:
    data = of_kind("ConfigMap", "settings")["data"]
    wanted = {int(data[key].rpartition(":")[2]) for key in ("MODEL_URL", "FEATURES_ENDPOINT", "STREAM_BOOTSTRAP")}
    rules = of_kind("NetworkPolicy", "decides")["spec"]["egress"]
    assert wanted | {443} <= {port["port"] for rule in rules for port in rule["ports"]}


def test_the_number_of_pods_is_the_autoscalers() -> None:
    assert "replicas" not in of_kind("Deployment")["spec"]
    scaling = of_kind("HorizontalPodAutoscaler")["spec"]
    assert (scaling["minReplicas"], scaling["maxReplicas"]) == (87, 131)
