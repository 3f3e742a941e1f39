"""What stands between the caller and the scoring service."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class FrontDoor(Question):
    """None for an internal caller; the client's own where there is one. Source: GWY-01 to GWY-07, SRV-12."""

    id = "front-door"
    chapter = "serving"
    asks = "Does an API gateway stand in front of scoring?"
    requires = ("placement",)

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online" or spec.workload.traffic is None:
            return None
        placement = case.made.get("placement")
        if placement is not None and placement.choice.startswith("at the edge"):
            return None
        if spec.platform.gateway != "none":
            return self._theirs(case, spec.platform.gateway)
        if not case.called:
            return None
        peak = case.peak
        return self.made(
            "no: a private load balancer with mutual TLS",
            "The caller is internal. A gateway adds a hop and a quota shared with every other API of the account.",
            because=case.because("platform.gateway", "workload.traffic.peak", "workload.latency.p99"),
            rejected=(
                Rejected(
                    "managed API gateway",
                    "its default quota leaves no room"
                    if peak >= limits()["aws-api-gateway-rate"].value
                    else "a hop and a shared quota for a caller that needs neither keys nor a portal",
                    f"{peak:,.0f} requests/s; {limits()['aws-api-gateway-rate'].text}",
                ),
                Rejected(
                    "function per request", "runs out of its default quota", limits()["aws-lambda-concurrency"].text
                ),
                Rejected(
                    "integration platform (MuleSoft and alike)",
                    "made for connectors, and slow beside a call",
                    case.rule("gateway_latency"),
                ),
            ),
            flips_when=(Flip("platform.gateway", "==", "kong"),),
            source=limits()["aws-api-gateway-rate"].source,
            confidence="verified",
            kind="given",
        )

    def _theirs(self, case: Case, gateway: str) -> Decision:
        bound = case.at("gateway_latency")
        tight = case.p99 is not None and case.p99 <= bound
        return self.made(
            f"yes: {gateway}",
            "The client's gateway keeps its policies; a second one would only add latency.",
            because=case.because("platform.gateway", "workload.latency.p99"),
            rejected=(Rejected("none", "the spec asks for a gateway", f"gateway: {gateway}"),),
            consequences=(
                f"Its hop counts against the limit, which is tight ({case.rule('gateway_latency')}): measure it first."
                if tight
                else "Its hop counts against the limit.",
            ),
            kind="given",
        )
