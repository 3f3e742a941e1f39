"""Binding is one choice for a whole topology, and says what stands in the way when there is none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archgen.errors import NotFeasible
from archgen.services import Fit, Port, Service, Violation
from archgen.services.binding import bind, port_of
from archgen.topology import Component, Flow, Needs, Topology, Zone

STREAM, JOB = "stream", "job"


class Scored(Service):
    """A service whose id ends in its score; one with a trailing `x` goes beyond a limit."""

    def suits(self, needs: Needs) -> Fit:
        if self.id.endswith("x"):
            limit = Violation(need="rate", found="10,000/s", limit="500/s", reason="too slow")
            return Fit(violated=(limit,))
        return Fit(score=float(self.id.split("-")[-1]), reasons=("scored",))


def stream(id: str, *speaks: str) -> Service:
    return Scored(id=id, role=STREAM, class_name="Stream", title=id, speaks=frozenset(speaks))


def job(id: str, *reads: str) -> Service:
    port = Port(argument="source", kind="events", role=STREAM, speaks=frozenset(reads), verb="reads")
    return Scored(id=id, role=JOB, class_name="Job", title=id, ports=(port,))


def topology(streams: int = 1, jobs: int = 1) -> Topology:
    zone = Zone(id="all", kind="stage")
    components = [Component(id=f"stream{n}", role=STREAM, zone="all", needs={}) for n in range(streams)]
    components += [Component(id=f"job{n}", role=JOB, zone="all", needs={}) for n in range(jobs)]
    flows = [
        Flow(source=f"stream{s}", target=f"job{j}", kind="events", opened_by="target", data_class="token", step=1)
        for s in range(streams)
        for j in range(jobs)
    ]
    return Topology(blueprint="test", zones=(zone,), components=tuple(components), flows=tuple(flows))


def catalogue(*services: Service) -> dict[str, Service]:
    return {service.id: service for service in services}


def test_a_worse_stream_wins_when_the_best_one_has_no_reader() -> None:
    services = catalogue(stream("kinesis-90", "kinesis"), stream("kafka-50", "kafka"), job("flink-50", "kafka"))
    chosen = bind(topology(), services, {})
    assert {id: choice.service.id for id, choice in chosen.items()} == {"stream0": "kafka-50", "job0": "flink-50"}


def test_a_pin_removes_the_other_candidates_and_is_named_as_the_reason() -> None:
    streams = (stream("kinesis-90", "kinesis"), stream("kafka-50", "kafka"))
    services = catalogue(*streams, job("any-50", "kafka", "kinesis"))
    chosen = bind(topology(), services, {STREAM: "kafka-50"})
    assert chosen["stream0"].service.id == "kafka-50"
    assert chosen["stream0"].pinned
    assert [out.reason for out in chosen["stream0"].ruled_out] == ["another service is pinned by the spec"]


def test_every_component_without_a_home_is_named_at_once() -> None:
    with pytest.raises(NotFeasible) as refused:
        bind(topology(streams=2), catalogue(stream("slow-x", "kafka")), {})
    messages = [problem.message for problem in refused.value.problems]
    assert len(messages) == 3
    assert "'stream0'" in messages[0] and "10,000/s, limit 500/s" in messages[0]
    assert "'job0'" in messages[2]


def test_a_pin_does_not_lift_a_limit() -> None:
    services = catalogue(stream("slow-x", "kafka"), stream("fast-1", "kafka"), job("flink-1", "kafka"))
    with pytest.raises(NotFeasible, match="too slow"):
        bind(topology(), services, {STREAM: "slow-x"})


def test_a_flow_that_no_pair_realises_is_named_with_the_pin_that_stands_in_its_way() -> None:
    services = catalogue(stream("kinesis-90", "kinesis"), stream("kafka-50", "kafka"), job("flink-50", "kafka"))
    with pytest.raises(NotFeasible) as refused:
        bind(topology(), services, {STREAM: "kinesis-90"})
    (problem,) = refused.value.problems
    assert "stream0-to-job0" in problem.message
    assert problem.hint == "remove the pin 'stream: kinesis-90'"


PROTOCOLS = ("a", "b", "c")
PROTOCOL_SETS = st.sets(st.sampled_from(PROTOCOLS), min_size=1)


@given(
    st.lists(st.tuples(st.integers(0, 9), PROTOCOL_SETS), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 9), PROTOCOL_SETS), min_size=1, max_size=4),
    st.integers(1, 2),
    st.integers(1, 2),
)
def test_no_feasible_combination_scores_higher_than_the_chosen_one(
    streams: Sequence[tuple[int, set[str]]], jobs: Sequence[tuple[int, set[str]]], n: int, m: int
) -> None:
    of_role = {
        STREAM: [stream(f"s{i}-{score}", *speaks) for i, (score, speaks) in enumerate(streams)],
        JOB: [job(f"j{i}-{score}", *reads) for i, (score, reads) in enumerate(jobs)],
    }
    wanted = topology(n, m)
    best = -1.0
    for combination in itertools.product(*(of_role[c.role] for c in wanted.components)):
        bound = {c.id: s for c, s in zip(wanted.components, combination, strict=True)}
        if all(port_of(flow, wanted, bound) for flow in wanted.flows):
            best = max(best, sum(service.suits({}).score for service in combination))
    services = catalogue(*of_role[STREAM], *of_role[JOB])
    if best < 0:
        with pytest.raises(NotFeasible):
            bind(wanted, services, {})
    else:
        assert sum(choice.fit.score for choice in bind(wanted, services, {}).values()) == best
