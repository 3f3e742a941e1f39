"""Rule `flow-without-path`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.paths import missing_path
from archgen.proof.rule import Evidence, Finding, Rule, at_flow


class FlowWithoutPath(Rule):
    """Each flow has a way through the network: what is permitted is also reachable."""

    id = "flow-without-path"
    title = "each flow of the architecture has a way through the network"
    source = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html: what no rule allows is dropped"
    example = "an egress rule to the cache on port 6379 whose ingress rule has port 6380"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per flow that has a grant; none where the update broke off, which proves nothing."""
        if evidence.up.completed:
            for flow in evidence.flows:
                problem = missing_path(flow, evidence) if flow.get("grant") else None
                if problem:
                    yield at_flow(self, flow, evidence, problem)
