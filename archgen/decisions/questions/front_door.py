"""What stands between the caller and the scoring service."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class FrontDoor(Question):
    """An internal caller with a tight budget gets no gateway. Source: GWY-01 to GWY-03, SRV-12."""

    id = "front-door"
    asks = "Does an API gateway stand in front of scoring?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online" or spec.workload.traffic is None:
            return None
        gateway, peak = spec.platform.gateway, spec.workload.traffic.peak
        if gateway != "none":
            return Decision(
                id=self.id,
                question=self.asks,
                choice=f"yes: {gateway}",
                kind="given",
                rationale="The client's gateway keeps its policies; a second one would only add latency.",
                because=case.because("platform.gateway"),
                rejected=(Rejected("none", "the spec asks for a gateway", f"gateway: {gateway}"),),
                source="own rule, no public source",
                confidence="judgement",
            )
        return Decision(
            id=self.id,
            question=self.asks,
            choice="no: a private load balancer with mutual TLS",
            kind="given",
            rationale=(
                "The caller is internal. A gateway adds a hop and a quota shared with every other API of the account."
            ),
            because=case.because("platform.gateway", "workload.traffic.peak", "workload.latency.p99"),
            rejected=(
                Rejected(
                    "managed API gateway",
                    "its default quota leaves no room",
                    f"{peak:,.0f} requests/s; {limits()['aws-api-gateway-rate'].text}",
                ),
                Rejected(
                    "function per request", "runs out of its default quota", limits()["aws-lambda-concurrency"].text
                ),
            ),
            flips_when=(Flip("platform.gateway", "!=", "none"),),
            source=limits()["aws-api-gateway-rate"].source,
            confidence="verified",
        )
