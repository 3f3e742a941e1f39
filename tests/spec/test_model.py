from __future__ import annotations

import pathlib
import pickle

import pytest
from pydantic import ValidationError

from archgen.spec import Spec, load, parse, spec_hash
from tests.spec.cases import ASSISTANT, CASES, FORECASTING, FRAUD, changed

ALL = sorted(CASES.glob("fraud-slice*.yaml")) + [
    CASES / f"{name}.yaml" for name in ("payments-fraud", "demand-forecasting", "service-assistant")
]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_case_survives_every_way_out_and_back(path: pathlib.Path) -> None:
    spec = load(path)
    assert Spec.model_validate_json(spec.model_dump_json()) == spec
    assert Spec.model_validate(spec.model_dump()) == spec
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_the_fraud_case_says_what_an_architect_sizes_by() -> None:
    spec = parse(FRAUD, "f")
    assert spec.online
    assert spec.workload.traffic is not None
    assert spec.workload.traffic.peak * (1 + spec.workload.traffic.growth) == 12_000
    assert spec.workload.latency is not None
    assert spec.workload.latency.p99 == pytest.approx(0.1)
    assert spec.request_source is spec.sources[0]
    assert spec.problem.labels is not None
    assert spec.problem.labels.positives == 340_000


def test_the_forecasting_case_has_a_window_and_no_load() -> None:
    spec = parse(FORECASTING, "f")
    assert not spec.online
    assert spec.request_source is None
    assert spec.workload.batch is not None
    assert spec.workload.batch.window == 4 * 3600
    assert spec.features.online is False


def test_what_is_left_out_has_the_documented_default() -> None:
    spec = parse(ASSISTANT, "f")
    assert (spec.platform.gateway, spec.platform.landing_zone, spec.platform.network.connect) == ("none",) * 3
    assert (spec.workload.models.count, spec.workload.models.releases) == (1, 4 / (365 * 86_400))
    assert spec.workload.models.training == "here"
    assert spec.problem.decision.role == "deployer"
    assert spec.problem.decision.profiling is None
    without = changed(
        ASSISTANT, (", environments: [dev, prod], network: {mode: create}", ""), ("  availability: 99.9%\n", "")
    )
    assert parse(without, "f").platform.environments == ("dev", "staging", "prod")
    assert parse(without, "f").workload.availability == 0.999


def test_a_spec_cannot_be_changed() -> None:
    spec = parse(FRAUD, "f")
    with pytest.raises(ValidationError, match="frozen"):
        spec.workload.mode = "batch"  # ty: ignore[invalid-assignment]


def test_the_hash_is_of_what_is_said_and_not_of_how_it_is_laid_out() -> None:
    same = changed(
        FRAUD,
        ("name: payments-fraud\ntitle: Real-time card fraud detection\n", "title: 'Real-time card fraud detection'\n"),
        ("archgen: 1\n", "# a comment\nname: payments-fraud\narchgen: 1\n"),
        ("assumptions: {} ", ""),
    )
    said = spec_hash(parse(FRAUD, "f"))
    assert spec_hash(parse(same, "g")) == said
    assert spec_hash(parse(changed(FRAUD, ("rpo: 1 min", "rpo: 2 min")), "f")) != said
    assert len(said) == 64


@pytest.mark.parametrize(
    ("example", "case"), [("fraud-detection", "payments-fraud"), ("demand-forecasting", "demand-forecasting")]
)
def test_an_example_is_the_case_that_the_tests_use(example: str, case: str) -> None:
    shown = CASES.parents[1] / "examples" / example / "spec.yaml"
    assert shown.read_bytes() == (CASES / f"{case}.yaml").read_bytes()


def test_the_slices_differ_from_each_other_in_one_choice() -> None:
    base = load(CASES / "fraud-slice.yaml").model_dump(mode="json")
    for name, path in (("kafka", "services"), ("existing-network", "network")):
        other = load(CASES / f"fraud-slice-{name}.yaml").model_dump(mode="json")
        assert other["platform"].pop(path) != base["platform"][path]
        assert other == {**base, "platform": {key: value for key, value in base["platform"].items() if key != path}}
    other = load(CASES / "fraud-slice-no-online-features.yaml").model_dump(mode="json")
    assert other.pop("features")["online"] is False
    assert other == {key: value for key, value in base.items() if key != "features"}


def test_every_word_of_the_slice_is_of_the_whole_case() -> None:
    whole, narrow = parse(FRAUD, "f"), load(CASES / "fraud-slice.yaml")
    assert [source.id for source in narrow.sources] == ["authorisations"]
    assert narrow.sources[0].data == ("token",)
    assert [consumer.id for consumer in narrow.consumers] == ["payments-gateway"]
    assert narrow.workload.models.training == "elsewhere"
    assert narrow.governance.frameworks == ("gdpr",)
    assert (narrow.objective, narrow.problem, narrow.features) == (whole.objective, whole.problem, whole.features)
