"""What is taken out of a spec takes its own components, flows and resources along, and nothing else."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping, Sequence

import pytest

from archgen.bundle import write
from archgen.design import design, plan
from archgen.engine import Resource, load_project
from archgen.errors import NotFeasible
from archgen.generation import generated
from archgen.program import wire
from archgen.proof import Proof, prove
from archgen.topology import Topology
from tests.specs import changed, path, spec

WHOLE = "payments-fraud"
Texts = Sequence[tuple[str, str]]


def line(case: str, id: str) -> tuple[str, str]:
    """The replacement that takes a source or consumer out of a case."""
    (found,) = [one for one in path(case).read_text(encoding="utf-8").splitlines() if f"- {{id: {id}," in one]
    return found + "\n", ""


def topology(case: str, *replacements: tuple[str, str]) -> Topology:
    found = plan(changed(case, *replacements) if replacements else spec(case)).topology
    assert found is not None
    return found


STREAM = {"authorisations", "authorisations-bridge", "events", "event-delivery", "token-key"}
ORACLE = {"core-banking", "core-banking-capture"}
SAP = {"chargebacks", "chargebacks-intake"}
SALESFORCE = {"case-management", "case-management-routing"}
LEARNING = {
    "backup",
    "cost-guard",
    "curated",
    "curation",
    "feature-history",
    "model-monitoring",
    "promotion",
    "registry",
    "second-region",
    "training",
    "workbench",
}
ELSEWHERE = ("training: here}", "training: elsewhere}")
REMOVALS: Mapping[str, tuple[Texts, set[str], set[str]]] = {
    "the stream": ([line(WHOLE, "authorisations")], STREAM, {"decisions-to-velocity"}),
    "the database": ([line(WHOLE, "core-banking")], ORACLE, set()),
    "the labels": ([line(WHOLE, "chargebacks")], SAP, set()),
    "all that lands": ([line(WHOLE, "core-banking"), line(WHOLE, "chargebacks")], ORACLE | SAP | {"landing"}, set()),
    "the case management": ([line(WHOLE, "case-management")], SALESFORCE, set()),
    "the gateway": ([line(WHOLE, "payments-gateway")], {"payments-gateway"}, set()),
    "the training": ([ELSEWHERE], LEARNING, set()),
    "audited frameworks": ([("[pci-dss, gdpr]", "[gdpr]")], {"audit"}, set()),
    "the card numbers": ([("data: [pan]", "data: [token]")], {"token-key"}, set()),
}
"""What is taken out -> (replacements in the spec, components that go, flows that take another way)."""


@pytest.mark.parametrize("removed", REMOVALS)
def test_exactly_its_components_and_their_flows_go(removed: str) -> None:
    replacements, gone, redirected = REMOVALS[removed]
    before, after = topology(WHOLE), topology(WHOLE, *replacements)
    assert {one.id for one in before.components} - {one.id for one in after.components} == gone
    assert {one.id for one in after.components} <= {one.id for one in before.components}
    lost = {flow.id for flow in before.flows} - {flow.id for flow in after.flows}
    of_gone = {flow.id for flow in before.flows if {flow.source, flow.target} & gone}
    between = {"registry-to-model"} if removed == "the training" else set()
    assert lost == of_gone | between
    assert {flow.id for flow in after.flows} - {flow.id for flow in before.flows} == redirected


@pytest.mark.parametrize("removed", REMOVALS)
def test_no_flow_is_left_hanging_and_no_need_names_what_is_gone(removed: str) -> None:
    replacements, gone, _ = REMOVALS[removed]
    after = topology(WHOLE, *replacements)
    ids = {one.id for one in after.components}
    assert [flow.id for flow in after.flows if not {flow.source, flow.target} <= ids] == []
    for component in after.components:
        for need, value in component.needs.items():
            named = set(value) if isinstance(value, tuple) else {value}
            assert not named & gone, (component.id, need)


@pytest.mark.parametrize("removed", REMOVALS)
def test_what_stays_needs_what_it_needed(removed: str) -> None:
    """But for what follows from the removal: the load of a stream, lists of sources, the class of the data."""
    replacements, _, _ = REMOVALS[removed]
    before, after = topology(WHOLE), topology(WHOLE, *replacements)
    follows = {"sources", "labels", "training", "data_class", "tokenises", "frameworks"}
    follows |= {"records_per_second", "record_bytes"} if removed == "the stream" else set()
    for component in after.components:
        was = before.component(component.id)
        assert (component.role, component.zone) == (was.role, was.zone)
        altered = {need for need, value in component.needs.items() if was.needs.get(need) != value}
        assert altered | (set(was.needs) - set(component.needs)) <= follows, component.id


def test_without_a_stream_features_are_counted_from_the_decisions_at_the_same_rate() -> None:
    velocity = topology(WHOLE, line(WHOLE, "authorisations")).component("velocity")
    assert velocity.needs["records_per_second"] == 10_000
    assert topology(WHOLE).component("velocity").needs["records_per_second"] == 10_000


def test_without_anybody_who_asks_the_service_is_refused_by_name() -> None:
    with pytest.raises(NotFeasible, match="has 0 callers"):
        wire(design(changed(WHOLE, line(WHOLE, "payments-gateway"))))


RECORDED = ("the stream", "the database", "the labels", "the case management", "the training", "the card numbers")
"""Without the gateway nobody asks, which is refused; without audited frameworks see the recording of the others."""
BROUGHT = {("model", "model"), ("model", "model-model")}
"""The repository, and the right to read from it, of a model that is trained elsewhere and brought."""
SHARED = {"network", "operations", "foundation"}
"""What serves all parts: its endpoints, dashboard and settings follow whatever there is."""


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Texts], Proof]:
    """The live prod stack of the whole case with replacements; each recorded once."""
    made: dict[tuple[tuple[str, str], ...], Proof] = {}

    def of(replacements: Texts) -> Proof:
        key = tuple(replacements)
        if key not in made:
            folder: pathlib.Path = tmp_path_factory.mktemp("removal")
            of_spec = changed(WHOLE, *replacements) if replacements else spec(WHOLE)
            write(generated(of_spec, path(WHOLE).read_bytes(), None, None, frozenset({"infra", "docs"})), folder)
            (made[key],) = prove(load_project(folder), ["prod"], ["live"])
        return made[key]

    return of


@pytest.mark.parametrize("removed", RECORDED)
def test_exactly_its_resources_go_and_the_rest_still_passes(removed: str, live: Callable[[Texts], Proof]) -> None:
    replacements, gone, redirected = REMOVALS[removed]
    whole, rest = live(()), live(replacements)
    assert whole.findings == rest.findings == ()
    before, after = ({one.urn: one for one in proof.resources} for proof in (whole, rest))
    lost = [before[urn] for urn in before.keys() - after.keys()]
    real = {one.id for one in topology(WHOLE).components if not topology(WHOLE).is_external(one.id)}
    assert {one.component for one in lost} >= gone & real
    unexplained = [one.urn for one in lost if one.component not in gone | SHARED and not _about(one, gone)]
    assert unexplained == []
    added = [after[urn] for urn in after.keys() - before.keys() if after[urn].component not in SHARED]
    brought = BROUGHT if removed == "the training" else set()
    assert {(one.component, one.name) for one in added} <= brought | {_grant(flow) for flow in redirected}


def _grant(flow: str) -> tuple[str, str]:
    source, _, target = flow.partition("-to-")
    return target, f"{target}-reads-{source}"


def _about(resource: Resource, gone: set[str]) -> bool:
    """Whether what stays held it for the sake of what is gone: a grant or a rule, masks for card numbers, the
    challenger, which is a second version of a model that was trained here, or what queries recorded events."""
    if "training" in gone and resource.name == "model-challenger":
        return True
    if "events" in gone and resource.name == "curation-queries-reads-event-lake":
        return True
    masking = resource.name.endswith("-card-data") or resource.type.endswith(":LogDataProtectionPolicy")
    return (masking and "token-key" in gone) or any(id in resource.name for id in gone)
