"""Batch, micro-batch or streaming."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, backing

_STREAMING = "streaming, with synchronous scoring in the request path and decisions published asynchronously"
_MICRO = "micro-batches of one to five minutes over the stream, with synchronous scoring in the request path"
_BATCH = "batches for data and features, with synchronous scoring in the request path"


class Processing(Question):
    """By the freshness that features need. Source: PRO-01 to PRO-04."""

    id = "processing"
    chapter = "data"
    asks = "Are data and features processed in batches, micro-batches or as a stream?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode == "batch":
            return self._nightly(case)
        streams = [source for source in spec.sources if source.delivery == "stream"]
        if not streams:
            return self._loaded(case)
        said = spec.features.freshness
        freshness = float(said or case.at("feature_freshness_s"))
        quick, slow = case.at("streaming_freshness"), case.at("micro_batch_freshness")
        stage = 0 if freshness < quick else 1 if freshness < slow else 2
        text = f"freshness of {said or f'{freshness:g} s (assumed)'}"
        source, confidence = backing(case.assumptions["streaming_freshness"])
        path = "features.freshness"
        options = (
            Rejected(
                _STREAMING, "state is kept and watched for nothing", f"{text}; {case.rule('streaming_freshness')}"
            ),
            Rejected("micro-batch", "misses bursts" if stage == 0 else "runs for nothing", f"{text}; {_bounds(case)}"),
            Rejected("batch", "stale", f"{text}; {case.rule('micro_batch_freshness')}"),
        )
        return self.made(
            (_STREAMING, _MICRO, _BATCH)[stage],
            "Counts over minutes catch a burst only while it happens. Scoring stays in the request path: a"
            " stream has no"
            " reply channel."
            if stage == 0
            else "Nothing that the features describe changes faster than this; scoring stays in the request path.",
            because=case.because("workload.mode", path, f"sources[{streams[0].id}].delivery"),
            rejected=(
                *(option for number, option in enumerate(options) if number != stage),
                Rejected(
                    "scoring from the stream", "adds a broker hop and has no reply channel", "one more hop per request"
                ),
            ),
            consequences=(
                "Events of one entity keep their order: its token is the partition key, and sinks are keyed by event.",
            ),
            flips_when=(Flip(path, ">=" if stage == 0 else "<", f"{quick:g} s"),)
            if stage < 2
            else (Flip(path, "<", f"{slow:g} s"),),
            source=source,
            confidence=confidence,
        )

    def _nightly(self, case: Case) -> Decision:
        return self.made(
            "batch",
            "The result is used hours after its data: a stream would be paid for and watched for nothing.",
            because=case.because("workload.mode", "workload.batch.done_by"),
            rejected=(
                Rejected("streaming", "nobody acts on the result earlier", f"{case.spec.workload.mode} workload"),
            ),
            kind="given",
            source="AWS Well-Architected Machine Learning Lens, deployment options",
            confidence="documented",
        )

    def _loaded(self, case: Case) -> Decision:
        first = case.spec.sources[0]
        return self.made(
            "request by request, over data that is loaded as its sources deliver it",
            "No source delivers a stream: what a request does not carry is as old as the last load.",
            because=case.because("workload.mode", *(f"sources[{one.id}].delivery" for one in case.spec.sources)),
            rejected=(
                Rejected("streaming", "nothing arrives as a stream", f"0 of {len(case.spec.sources)} sources"),
                Rejected("nightly batch", "a caller asks at any time", f"{case.peak:g} requests/s at peak"),
            ),
            flips_when=(Flip(f"sources[{first.id}].delivery", "==", "stream"),),
            source="AWS Well-Architected Machine Learning Lens, deployment options",
            confidence="documented",
        )


def _bounds(case: Case) -> str:
    return f"{case.rule('streaming_freshness')}; {case.rule('micro_batch_freshness')}"
