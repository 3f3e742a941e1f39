"""What holds for every spec: tighter is never slower, more load is never less capacity, fewer rules ask for no more."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archgen.blueprints import choose
from archgen.decisions import decide
from archgen.design import design
from archgen.feasibility.changes import changed as moved
from archgen.knowledge import assumptions
from archgen.sizing import instances_over_zones
from archgen.spec import Spec
from tests.specs import CASES, changed, spec

_SLOWNESS = ("on the device", "real-time", "one multi-model", "hosted", "serverless", "asynchronous", "batch")
ONLINE = sorted(
    path.stem for path in CASES.glob("*.yaml") if (latency := spec(path.stem).workload.latency) and latency.p99
)


def slowness(spec: Spec) -> int:
    choice = decide(spec, assumptions().overridden(spec.assumptions))["serving"].choice
    return next(rank for rank, word in enumerate(_SLOWNESS) if choice.startswith(word))


@settings(max_examples=25, deadline=None)
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


def test_the_same_spec_gives_the_same_decisions() -> None:
    for case in ("payments-fraud", "service-assistant"):
        assert decide(spec(case), assumptions()) == decide(spec(case), assumptions())
