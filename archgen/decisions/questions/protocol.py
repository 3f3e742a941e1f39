"""REST or gRPC."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits

_HTTP_ONLY = frozenset({"aws", "azure"})


class Protocol(Question):
    """gRPC where the endpoint speaks it and rate or payload ask for it; else REST. Source: SRV-09."""

    id = "protocol"
    chapter = "serving"
    asks = "Do callers speak REST or gRPC?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online" or not case.called:
            return None
        payload = float(spec.workload.payload or case.at("request_payload_bytes"))
        wanted = case.peak > case.at("rpc_rate") or payload > case.at("rpc_payload")
        figures = f"{case.peak:,.0f} requests/s of {payload / 1000:,.1f} KB; {case.rule('rpc_rate')}"
        outside = any(one.system in ("salesforce", "dynamics365", "webhooks") for one in spec.consumers)
        cloud = spec.platform.cloud
        if wanted and cloud not in _HTTP_ONLY and not outside:
            return self.made(
                "gRPC to the model, REST at the edge",
                "At this rate the framing of JSON costs more than the model; callers keep what they know.",
                because=case.because("workload.traffic.peak", "workload.payload", "platform.cloud"),
                rejected=(Rejected("REST to the model", "more bytes and connections for each answer", figures),),
                flips_when=(Flip("platform.cloud", "==", "aws"),),
                source=limits()["vertex-shared-endpoint-rate"].source + "; the bounds are our own rule",
            )
        flips = (
            ()
            if cloud in _HTTP_ONLY or outside
            else (Flip("workload.payload", ">", f"{case.at('rpc_payload') / 1000:g} KB"),)
        )
        if cloud in _HTTP_ONLY and wanted and not outside:
            flips = (Flip("platform.cloud", "==", "gcp"),)
        return self.made(
            "REST over HTTP/1.1 with kept connections",
            "Managed endpoints of this cloud speak HTTP only, and every caller can."
            if cloud in _HTTP_ONLY
            else "Every caller can, and the rate does not ask for more.",
            because=case.because("workload.traffic.peak", "workload.payload", "platform.cloud"),
            rejected=(
                Rejected("gRPC", "not spoken by the endpoint" if cloud in _HTTP_ONLY else "nothing is won", figures),
            ),
            flips_when=flips,
            source="AWS InvokeEndpoint and Azure ML endpoint documentation: HTTP only",
            confidence="documented",
        )
