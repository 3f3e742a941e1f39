"""The manifests as they stand: what is asked of them before Flux replaces a single `${KEY}`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "kubernetes"
# What the program would fill in; a number where the manifest needs one.
VALUES = {"PORT": "8080", "REPLICAS": "3", "MAX_REPLICAS": "5", "CPUS": "7"}


def documents(part: str) -> list[Any]:
    """All documents of a part, in the order of its kustomization."""
    listed = yaml.safe_load((FOLDER / part / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(p.name for p in (FOLDER / part).glob("*.yaml") if p.name != "kustomization.yaml")
    found: list[Any] = []
    for name in listed:
        text = re.sub(
            r"\$\{(\w+)\}", lambda key: VALUES.get(key[1], key[1].lower()), (FOLDER / part / name).read_text()
        )
        found += list(yaml.safe_load_all(text))
    return found


def of_kind(part: str, kind: str) -> list[Any]:
    return [document for document in documents(part) if document["kind"] == kind]


def test_everything_lies_in_the_models_own_namespace() -> None:
    for document in [*documents("model"), *documents("caller")]:
        name, namespace = document["metadata"]["name"], document["metadata"].get("namespace")
        assert namespace == "model" or (document["kind"], name) == ("Namespace", "model"), document


def test_nobody_reaches_the_model_without_a_policy_of_their_own() -> None:
    closed = [p for p in of_kind("model", "NetworkPolicy") if p["spec"]["podSelector"] == {}]
    assert [sorted(policy["spec"]["policyTypes"]) for policy in closed] == [["Egress", "Ingress"]]
    assert not any("ingress" in policy["spec"] for policy in of_kind("model", "NetworkPolicy"))


def test_a_caller_is_admitted_by_namespace_and_label_on_the_models_port_alone() -> None:
    (policy,) = documents("caller")
    (rule,) = policy["spec"]["ingress"]
    assert rule["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "caller"}},
            "podSelector": {"matchLabels": {"app": "caller"}},
        }
    ]
    assert rule["ports"] == [{"port": 8080, "protocol": "TCP"}]
    assert policy["metadata"]["name"] == "caller-invokes-model"


def test_a_replica_has_no_rights_it_does_not_need() -> None:
    (deployment,) = of_kind("model", "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in pod["containers"]:
        said = container["securityContext"]
        assert said["allowPrivilegeEscalation"] is False and said["readOnlyRootFilesystem"] is True
        assert said["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]


def test_a_release_takes_no_capacity_away_and_spreads_over_the_zones() -> None:
    (deployment,) = of_kind("model", "Deployment")
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert "replicas" not in deployment["spec"], "the autoscaler owns the number"
    (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
    assert (spread["topologyKey"], spread["maxSkew"]) == ("topology.kubernetes.io/zone", 1)
    (scaling,) = of_kind("model", "HorizontalPodAutoscaler")
    assert (scaling["spec"]["minReplicas"], scaling["spec"]["maxReplicas"]) == (3, 5)


def test_service_and_probes_agree_on_the_port() -> None:
    (deployment,), (service,) = of_kind("model", "Deployment"), of_kind("model", "Service")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    probes = [container[kind]["httpGet"]["port"] for kind in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert {*probes, container["ports"][0]["containerPort"], service["spec"]["ports"][0]["targetPort"]} == {8080}
    assert service["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
