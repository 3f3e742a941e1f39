"""Tables: rules, a linear or a boosted model, uplift where a treatment was randomised. Source: APP-01 to 06, 16."""

from __future__ import annotations

from archgen.decisions.approaches.labels import labels_that_suffice, record, too_few_labels
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_PATHS = ("problem.task", "problem.data", "problem.labels.rows", "problem.labels.positives", "problem.interpretability")
_TREES = "Grinsztajn et al., NeurIPS 2022: trees over networks on tables of about 10,000 rows"
_REGULATED = frozenset({"credit", "insurance-life-health", "employment", "benefits", "education"})


def tabular(question: Question, case: Case) -> Decision:
    """By the labels on record first, then by what the decision does to people."""
    if too_few_labels(case):
        return _rules(question, case)
    if case.spec.problem.task == "churn":
        return _treatment(question, case)
    if record(case).rows < case.at("rows_for_boosting"):
        return _linear(question, case)
    return _boosted(question, case)


def _rules(question: Question, case: Case) -> Decision:
    return question.made(
        "rules, and a review queue that makes labels",
        "What an expert can state needs no labels; each reviewed case becomes one.",
        because=case.because(*_PATHS),
        rejected=(
            Rejected(
                "supervised model",
                "estimates would be too noisy",
                f"{record(case).said}; {case.rule('positives_for_training')}",
            ),
            Rejected("language model", "neither deterministic nor auditable", "0 labels to measure it by"),
        ),
        flips_when=labels_that_suffice(case),
        source=case.assumptions["rows_for_training"].source,
    )


def _linear(question: Question, case: Case) -> Decision:
    floor = case.at("rows_for_boosting")
    return question.made(
        "a regularised linear model, checked by cross-validation",
        "With so few rows a flexible model learns the sample; a linear one can be read and argued with.",
        because=case.because(*_PATHS),
        rejected=(Rejected("boosted model", "too few rows", f"{record(case).said}; {case.rule('rows_for_boosting')}"),),
        flips_when=(Flip("problem.labels.rows", ">=", f"{floor:g}"),),
        source=case.assumptions["rows_for_boosting"].source,
        confidence="documented",
    )


def _boosted(question: Question, case: Case) -> Decision:
    decision = case.spec.problem.decision
    explained = case.spec.problem.interpretability == "reason-codes" or decision.effect in _REGULATED
    texts = case.spec.problem.data in ("text", "documents")
    choice = (
        "scorecard or monotonic gradient-boosted model with reason codes" if explained else "gradient-boosted model"
    )
    if texts:
        choice += ", over attributes that a language model extracts and never weighs"
    by_effect = decision.effect in _REGULATED
    word = "none" if explained else "reason-codes"
    return question.made(
        choice,
        "On tables boosted trees are as good as networks and serve on CPUs; monotonic constraints keep a reason from"
        " pointing the wrong way."
        if explained
        else "On tables boosted trees are as good as networks, learn faster and serve on CPUs.",
        because=case.because(*_PATHS, "problem.decision.effect"),
        rejected=(
            Rejected("deep network", "reasons are unstable, and nothing is gained on tables", record(case).said),
            Rejected(
                "language model in the decision",
                "no stable reasons, and no repeatable answer",
                f"effect: {decision.effect}; interpretability: {case.spec.problem.interpretability}",
            ),
            Rejected("rules only", "the record holds more than anybody can write down", record(case).said),
        ),
        consequences=(
            "The last model (or rule) stays as the baseline: a version ships only if it beats it at the"
            " operating point.",
            *(
                ("A challenger runs beside the champion, and groups are compared before each release.",)
                if explained
                else ()
            ),
        ),
        flips_when=(
            *labels_that_suffice(case),
            *(() if by_effect else (Flip("problem.interpretability", "==", word),)),
        ),
        source=_TREES,
        confidence="documented",
    )


def _treatment(question: Question, case: Case) -> Decision:
    treated = case.spec.objective.kpi.inputs.get("randomised_contacts")
    floor = case.at("treated_for_uplift")
    count = float(treated) if isinstance(treated, int | float) else 0.0
    uplift = count >= floor
    options = (
        "uplift model: who stays because of a contact",
        "propensity to leave (gradient-boosted, with reason codes), and a random holdout that proves the effect",
    )
    return question.made(
        options[0] if uplift else options[1],
        "A contact pays only where it changes the outcome. Who was contacted at random, and who was not, shows for whom"
        " it does; without that history a holdout of 5 to 10 % begins to build it.",
        because=case.because(*_PATHS, "objective.kpi.inputs.randomised_contacts"),
        rejected=(
            Rejected(
                options[1] if uplift else "uplift model",
                "targets those who stay anyway and those whom a contact drives away"
                if uplift
                else "no randomised treatment on record to learn from",
                f"{count:,.0f} customers contacted at random; {case.rule('treated_for_uplift')}",
            ),
            Rejected("deep network", "nothing is gained on tables", record(case).said),
            Rejected(
                "language model", "no calibrated probability to rank by", "recall and precision at K are asked for"
            ),
        ),
        consequences=("The holdout is never contacted and never scored away: it is the only proof of the saving.",),
        flips_when=(
            Flip("objective.kpi.inputs.randomised_contacts", "<" if uplift else ">=", f"{floor:g}"),
            *labels_that_suffice(case),
        ),
    )
