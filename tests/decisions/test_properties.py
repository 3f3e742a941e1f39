"""What holds for every spec: tighter is never slower, more load is never less capacity, fewer rules ask for no more."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archgen.blueprints import choose
from archgen.decisions import decide
from archgen.design import design
from archgen.feasibility.changes import changed as moved
from archgen.feasibility.changes import flipped
from archgen.knowledge import assumptions
from archgen.sizing import instances_over_zones
from archgen.spec import Spec, words
from tests.specs import CASES, changed, spec

_SLOWNESS = ("on the device", "real-time", "one multi-model", "hosted", "serverless", "asynchronous", "batch")
ONLINE = sorted(
    path.stem for path in CASES.glob("*.yaml") if (latency := spec(path.stem).workload.latency) and latency.p99
)


def slowness(spec: Spec) -> int:
    choice = decide(spec, assumptions().overridden(spec.assumptions))["serving"].choice
    return next(rank for rank, word in enumerate(_SLOWNESS) if choice.startswith(word))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(case=st.sampled_from(ONLINE), first=st.integers(50, 120_000), second=st.integers(50, 120_000))
def test_a_tighter_latency_never_gives_a_slower_pattern(case: str, first: int, second: int) -> None:
    tight, loose = (moved(spec(case), "workload.latency.p99", f"{ms} ms") for ms in sorted((first, second)))
    assert tight is not None and loose is not None
    assert slowness(tight) <= slowness(loose)


@given(rate=st.integers(1, 1_000_000), more=st.integers(0, 1_000_000), each=st.integers(10, 5_000))
def test_more_load_never_needs_less_capacity(rate: int, more: int, each: int) -> None:
    assert instances_over_zones(rate + more, each, 0.7) >= instances_over_zones(rate, each, 0.7)


@pytest.mark.parametrize("role", ["model", "scoring"])
def test_more_load_never_designs_less_capacity(role: str) -> None:
    """Instances times what one carries, over services that may change with the load."""
    carried = []
    for peak in (100, 1_000, 5_000, 20_000):
        made = design(
            changed(
                "fraud-slice",
                ("peak: 10000/s, average: 3500/s", f"peak: {peak}/s"),
                ("rate: 10000/s", f"rate: {peak}/s"),
            )
        )
        (row,) = [row for row in made.bindings[role].sizes["prod"] if row.name in ("instances", "tasks")]
        carried.append(row.value)
    assert carried == sorted(carried)


@pytest.mark.parametrize("case", ["payments-fraud", "clinical-risk", "credit-scoring"])
def test_dropping_a_framework_never_adds_a_need_to_any_component(case: str) -> None:
    def needs(spec: Spec) -> dict[str, set[str]]:
        known = assumptions().overridden(spec.assumptions)
        made = decide(spec, known)
        blueprint, _ = choose(spec, made)
        assert blueprint is not None
        topology = blueprint.topology(spec, made, known)
        return {component.id: set(component.needs) for component in topology.components}

    frameworks = spec(case).governance.frameworks
    whole = needs(spec(case))
    for size in range(len(frameworks)):
        for kept in combinations(frameworks, size):
            fewer = moved(spec(case), "governance.frameworks", list(kept))
            assert fewer is not None
            for id, asked in needs(fewer).items():
                assert asked <= whole.get(id, set()), f"{id} without {set(frameworks) - set(kept)}"


_WORDS = {
    "problem.task": get_args(words.Task),
    "problem.data": get_args(words.DataKind),
    "problem.interpretability": get_args(words.Interpretability),
    "problem.decision.effect": get_args(words.Effect),
    "problem.decision.automation": get_args(words.Automation),
    "problem.decision.subjects": get_args(words.Subjects),
    "platform.cloud": ("aws", "gcp", "azure"),
    "platform.gateway": get_args(words.Gateway),
    "platform.landing_zone": get_args(words.LandingZone),
    "platform.network.mode": get_args(words.NetworkMode),
    "sources[0].delivery": get_args(words.Delivery),
    "sources[0].system": get_args(words.System),
    "sources[0].data": tuple([one] for one in get_args(words.DataClass)),
    "problem.labels": (None, {"rows": "0"}, {"rows": "900", "positives": "450"}, {"rows": "5M", "positives": "500"}),
    "workload.payload": (None, "1 KB", "200 KB", "8 MB"),
    "workload.models": ({"count": "20", "releases": "400/year"}, {"releases": "1/year"}, {"training": "elsewhere"}),
    "governance.frameworks": ([], ["pci-dss"], ["hipaa"], ["eu-ai-act"]),
}
_CHANGES = st.lists(
    st.sampled_from(sorted(_WORDS)).flatmap(lambda path: st.tuples(st.just(path), st.sampled_from(_WORDS[path]))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(case=st.sampled_from(sorted(path.stem for path in CASES.glob("*.yaml"))), changes=_CHANGES)
def test_whatever_a_spec_says_its_decisions_are_whole_and_their_flips_are_true(
    case: str, changes: list[tuple[str, object]]
) -> None:
    asked = spec(case)
    for path, value in changes:
        asked = moved(asked, path, value) or asked
    made = decide(asked, assumptions().overridden(asked.assumptions))
    for decision in made.values():
        assert decision.choice and decision.rationale and decision.source
        assert decision.rejected and all(one.reason and one.figure for one in decision.rejected)
        for flip in decision.flips_when:
            other = flipped(asked, flip)
            assert other is not None, f"{decision.id}: {flip}"
            turned = decide(other, assumptions().overridden(other.assumptions)).get(decision.id)
            assert turned is not None and turned.choice != decision.choice, f"{decision.id}: {flip}"


def test_the_same_spec_gives_the_same_decisions() -> None:
    for case in ("payments-fraud", "service-assistant"):
        assert decide(spec(case), assumptions()) == decide(spec(case), assumptions())
