"""How answers reach those who did not ask."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class Events(Question):
    """A log above a thousand events a second or where replay is needed, a router below. Source: EVT-01 to EVT-04."""

    id = "decision-events"
    chapter = "serving"
    asks = "How do answers reach systems that did not ask for them?"

    def decide(self, case: Case) -> Decision | None:
        told = [consumer for consumer in case.spec.consumers if consumer.pattern == "event"]
        if case.spec.workload.mode != "online" or not told:
            return None
        bound = case.at("log_rate")
        many = case.peak > bound
        log, router = (
            "all answers go to a log (stream), from which each consumer gets its share",
            "an event router with a rule for each consumer",
        )
        figures = f"{case.peak:,.0f} events/s; {case.rule('log_rate')}"
        return self.made(
            log if many else router,
            "A log keeps order and can be read again; learning and audit read the same one."
            if many
            else "At this rate a router filters, repeats and puts aside without anything to run.",
            because=case.because(
                "workload.traffic.peak",
                *(f"consumers[{one.id}].{field}" for one in told for field in ("system", "share")),
            ),
            rejected=(
                Rejected(
                    router if many else log,
                    "no replay, and a quota" if many else "shards to pay for by the hour",
                    f"{figures}; {limits()['aws-eventbridge-rate'].text}" if many else figures,
                ),
                Rejected(
                    "the caller tells the others",
                    "one that fails holds up the answer",
                    f"{len(case.spec.consumers)} consumers",
                ),
            ),
            consequences=(
                "Each event carries an id: delivery is at least once, and who writes keys by it. What fails"
                " repeatedly is put aside.",
            ),
            flips_when=(Flip("workload.traffic.peak", "<=" if many else ">", f"{bound:g}/s"),),
        )
