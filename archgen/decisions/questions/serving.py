"""How the model is served."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits
from archgen.sizing import latency_budget

_REAL_TIME = "real-time endpoint of its own, called by the scoring service"
_SOURCE = "AWS documentation: deploy-model-options"
_QUEUE = Rejected("direct call to a worker", "a burst is lost, and so is what a worker was at", "0 requests survive it")


class Serving(Question):
    """Real-time, shared, serverless, asynchronous, batch, on a device or inside the service. Source: SRV-01 to 13."""

    id = "serving"
    chapter = "serving"
    asks = "How is the model served?"
    requires = ("approach", "placement")

    def decide(self, case: Case) -> Decision | None:
        workload = case.spec.workload
        if workload.mode == "batch":
            return self._batch(case)
        if workload.traffic is None:
            return None
        if case.made.get("placement") and case.made["placement"].choice.startswith("at the edge"):
            return self._device(case)
        if case.p99 is None:
            return self._streamed(case)
        payload = float(workload.payload or case.at("request_payload_bytes"))
        if case.p99 > case.at("synchronous_wait") or payload > case.at("synchronous_payload"):
            return self._queued(case, payload)
        if workload.models.count >= case.at("models_for_sharing"):
            return self._shared(case)
        return self._serverless(case) if _sleeps(case) else self._real_time(case)

    def _batch(self, case: Case) -> Decision:
        batch = case.spec.workload.batch
        rows = float(batch.rows) if batch else 0.0
        large = rows >= case.at("batch_rows")
        idle = f"{rows:,.0f} rows a run; " + (
            case.rule("batch_rows") if large else "asked in one run of its days, not between"
        )
        many = float(case.spec.workload.models.count)
        return self.made(
            "batch inference of the language model" if _generates(case) else "batch transform",
            "Nobody waits for a single row; an endpoint would stand idle for most of the day.",
            because=case.because("workload.mode", "workload.batch.rows", "workload.models.count"),
            rejected=(
                Rejected("real-time endpoint", "idle cost", idle),
                *(
                    (Rejected(f"{many:,.0f} endpoints", "each idle for most of the day", f"{many:,.0f} models"),)
                    if many >= case.at("models_for_sharing")
                    else ()
                ),
            ),
            consequences=(
                "Where somebody needs scores within minutes later, one multi-model endpoint serves all models:"
                " shadow variants and Model Monitor do not work with it, so drift is measured by a job of our own.",
            )
            if many >= case.at("models_for_sharing")
            else (),
            kind="given",
            source="AWS Well-Architected Machine Learning Lens, MLPER-12",
            confidence="documented",
        )

    def _device(self, case: Case) -> Decision:
        return self.made(
            "on the device, as a compiled model behind a local interface",
            "The answer is needed within the takt, with or without a link.",
            because=case.because("workload.latency.p99", "workload.payload", "workload.traffic.peak"),
            rejected=(
                Rejected(
                    "real-time endpoint in the cloud", "no endpoint may stand in the takt", f"p99 of {case.p99} s"
                ),
                Rejected("asynchronous endpoint", "the part has passed", limits()["async-inline-payload"].text),
            ),
            flips_when=case.made["placement"].flips_when,
            source="own rule: the way to a region against half of the limit",
        )

    def _streamed(self, case: Case) -> Decision:
        latency = case.spec.workload.latency
        first = latency.first_token_p95 if latency else None
        return self.made(
            "hosted language model in the allowed region, its answer streamed",
            "A reader begins to read with the first words: what counts is when they come, not when the last one does.",
            because=case.because("workload.latency.first_token_p95", "workload.traffic.peak", "workload.tokens.output"),
            rejected=(
                Rejected(
                    "real-time endpoint with a whole answer", "the reader waits for all of it", f"first token {first}"
                ),
                Rejected("asynchronous endpoint", "nobody waits minutes in a dialogue", f"first token {first}"),
            ),
            flips_when=(Flip("workload.latency.p99", "==", "800 ms"),),
        )

    def _queued(self, case: Case, payload: float) -> Decision:
        wait, size = case.at("synchronous_wait"), case.at("synchronous_payload")
        long, large = (case.p99 or 0) > wait, payload > size
        figures = f"p99 of {case.p99:g} s, {payload / 1e6:g} MB; {case.rule('synchronous_wait')}"
        flips = (
            *((Flip("workload.latency.p99", "<=", f"{wait:g} s"),) if long and not large else ()),
            *((Flip("workload.payload", "<=", f"{size / 1e6:g} MB"),) if large and not long else ()),
            *((Flip("assumptions.synchronous_wait", ">=", f"{case.p99:g}"),) if long and not large else ()),
        )
        return self.made(
            "asynchronous: a queue with back-pressure and dead letters before workers that scale with its depth",
            "The caller is told when the answer is there. The queue takes bursts, and what fails repeatedly is"
            " put aside"
            " for a person instead of stopping the rest.",
            because=case.because("workload.latency.p99", "workload.payload", "workload.traffic.peak"),
            rejected=(Rejected("real-time endpoint", "no connection is held that long", figures), _QUEUE),
            consequences=(
                "A message can come twice: what is written is keyed by its own id, and duplicates are found.",
            ),
            flips_when=flips,
            source="AWS documentation: asynchronous inference; API Gateway quotas",
            confidence="documented",
        )

    def _shared(self, case: Case) -> Decision:
        bound = case.at("models_for_sharing")
        count = float(case.spec.workload.models.count)
        return self.made(
            "one multi-model endpoint for all models",
            "Most models are idle at any time: they share instances and are loaded when they are asked.",
            because=case.because("workload.models.count", "workload.traffic.peak", "workload.tenants.count"),
            rejected=(
                Rejected(
                    "one endpoint for each model",
                    "idle cost",
                    f"{count:,.0f} models; {case.rule('models_for_sharing')}",
                ),
            ),
            consequences=(
                "Shadow variants and Model Monitor do not work with it: drift is measured by a job of our own.",
            ),
            flips_when=(Flip("workload.models.count", "<", f"{bound:g}"),),
        )

    def _serverless(self, case: Case) -> Decision:
        return self.made(
            "serverless endpoint",
            "It is idle for most of the day, and the limit leaves room for a cold start.",
            because=case.because("workload.latency.p99", "workload.traffic.average", "workload.traffic.peak"),
            rejected=(Rejected("real-time endpoint", "idle cost", case.rule("idle_share")),),
            consequences=("Neither a private network nor data capture: not for card or health data.",),
            flips_when=(Flip("workload.latency.p99", "<", f"{case.at('cold_start'):g} s"),),
            source=_SOURCE,
            confidence="documented",
        )

    def _real_time(self, case: Case) -> Decision:
        spec, peak = case.spec, case.peak
        budget = latency_budget(spec, case.assumptions)
        in_flight = peak * budget.total_ms / 1000
        fits = f"the budget holds: {budget.total_ms:g} of {budget.limit_ms:g} ms with the remote call"
        return self.made(
            _REAL_TIME,
            "A caller waits for the reply. A model that is a fleet of its own is released, rolled back and scaled"
            " without touching the service that decides.",
            because=case.because("workload.mode", "workload.latency.p99", "workload.traffic.peak", "workload.payload"),
            rejected=(
                Rejected(
                    "serverless endpoint",
                    "a cold start, few requests in flight, and no private network",
                    f"{in_flight:,.0f} in flight; {limits()['sagemaker-serverless-concurrency'].text}",
                ),
                Rejected("asynchronous endpoint", "no reply on the connection", limits()["async-inline-payload"].text),
                Rejected(
                    "batch transform", "a caller waits", f"p99 of {spec.workload.latency and spec.workload.latency.p99}"
                ),
                Rejected("model inside the service", fits, case.rule("embedding_rate")),
                *_ruled_out_by_cloud(case, peak),
            ),
            flips_when=(
                Flip("workload.latency.p99", ">", f"{case.at('synchronous_wait'):g} s"),
                Flip("workload.models.count", ">=", f"{case.at('models_for_sharing'):g}"),
            ),
            source=_SOURCE,
            confidence="verified",
        )


def _generates(case: Case) -> bool:
    return case.spec.problem.decision.effect == "generative"


def _sleeps(case: Case) -> bool:
    """Idle for most of the day, with time for a cold start, and no data that has to stay in a private network."""
    traffic = case.spec.workload.traffic
    if traffic is None or traffic.average is None or case.p99 is None or case.p99 < case.at("cold_start"):
        return False
    idle = 1 - float(traffic.average) / float(traffic.peak)
    in_flight = float(traffic.peak) * case.p99
    private = {"pci-dss", "hipaa"} & set(case.spec.governance.frameworks)
    return (
        idle > case.at("idle_share") and in_flight <= limits()["sagemaker-serverless-concurrency"].value and not private
    )


def _ruled_out_by_cloud(case: Case, peak: float) -> tuple[Rejected, ...]:
    """The managed endpoint of a cloud whose default quotas the peak or the bytes exceed."""
    payload = float(case.spec.workload.payload or case.at("request_payload_bytes"))
    option, found = {
        "azure": (
            "managed online endpoint of Azure ML",
            {"azure-managed-endpoint-rate": peak, "azure-managed-endpoint-bandwidth": peak * payload},
        ),
        "gcp": (
            "shared public endpoint of Vertex AI",
            {"vertex-shared-endpoint-rate": peak, "vertex-shared-endpoint-payload": payload},
        ),
    }.get(case.spec.platform.cloud, ("", {}))
    over = [limits()[id].text for id, value in found.items() if value > limits()[id].value]
    figure = f"{peak:,.0f} requests/s of {payload / 1000:,.1f} KB; {', '.join(over)}"
    return (Rejected(option, "its default quota is exceeded", figure),) if over else ()
