"""Text: retrieval, extraction and summaries by language models, and small ones. Source: APP-10 to 13."""

from __future__ import annotations

from math import ceil

from archgen.decisions.approaches.labels import record
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.arrivals import answers_a_month, runs_a_month

_DAY = 86_400
_SOURCE = "Microsoft Learn: retrieval gives context, fine-tuning gives behaviour and form"


def generation(question: Question, case: Case) -> Decision:
    """Answers from documents are retrieved; summaries come from their input."""
    if case.spec.problem.task == "summarisation":
        return _summaries(question, case)
    documents = sum(float(source.documents or 0) for source in case.spec.sources)
    changing = [source for source in case.spec.sources if source.delivery != "on-demand"]
    tenants = case.spec.workload.tenants
    apart = f"{tenants.count:,.0f} tenants apart by {tenants.isolation}" if tenants else "no tenants"
    return question.made(
        "retrieval-augmented generation: a language model that answers from retrieved passages and cites them",
        "The knowledge changes, answers need their sources, and who may read what is decided at retrieval. Behaviour"
        " and tone can be fine-tuned later, on top of it.",
        because=case.because(
            "problem.task",
            "problem.interpretability",
            "workload.tenants.isolation",
            *(f"sources[{one.id}].delivery" for one in changing),
        ),
        rejected=(
            Rejected(
                "fine-tuning for facts",
                "stale from the first change, no citations, and no access control within the weights",
                f"{documents:,.0f} documents; {len(changing)} of {len(case.spec.sources)} sources change; {apart}",
            ),
            Rejected("prompt with all documents", "no context holds them", f"{documents:,.0f} documents"),
            Rejected(
                "search without generation", "the agent would still write the answer", "0 contacts deflected by a list"
            ),
            Rejected("decision tree of answers", "each change is written by hand", f"{documents:,.0f} documents"),
        ),
        consequences=(
            "A golden set of questions with passages and answers exists before the first release.",
            "A question that no passage answers is handed to a person.",
        ),
        flips_when=(Flip("problem.task", "==", "summarisation"),),
        source=_SOURCE,
        confidence="documented",
    )


def _summaries(question: Question, case: Case) -> Decision:
    month = answers_a_month(case.spec)
    many = month >= case.at("texts_for_small_model")
    personal = bool({"pii", "phi", "special-category"} & set(case.data_classes))
    first = "redaction first, then " if personal else ""
    small = "a small language model run in batches"
    return question.made(
        first + (small if many else "a hosted language model, asked in batches"),
        "A summary is made from its input alone: nothing is retrieved. At this volume the unit cost decides, and nobody"
        " waits, so the cheapest way to run the model is the right one."
        if many
        else "A summary is made from its input alone: nothing is retrieved. At this volume a model of our own"
        " stands idle.",
        because=case.because("problem.task", "workload.batch.rows", "workload.tokens.input", "sources[0].data"),
        rejected=(
            Rejected(
                "large hosted model" if many else small,
                "unit cost" if many else "idle for most of the day",
                f"{month:,.0f} texts a month; {case.rule('texts_for_small_model')}",
            ),
            Rejected("retrieval-augmented generation", "there is nothing to look up", "1 input for each answer"),
            Rejected("extractive summary", "sentences of a call do not make a record", "0 sentences are rewritten"),
        ),
        consequences=(
            "A person sends the summary off: an uncertain one is marked, and corrections are counted.",
            *(("What identifies a person is removed before any model sees it.",) if personal else ()),
            "No emotion of the staff is inferred: EU AI Act Art. 5(1)(f) forbids it.",
        ),
        flips_when=(_volume(case, many),),
        source=case.assumptions["texts_for_small_model"].source,
    )


def extraction(question: Question, case: Case) -> Decision:
    """Documents: a managed or large model first, a small one of our own where labels and volume carry it."""
    month = answers_a_month(case.spec)
    volume, labelled = case.at("texts_for_small_model"), case.at("images_for_fine_tuning")
    own = month >= volume and record(case).rows >= labelled
    first = "managed extraction or a language model with a fixed schema first; an own model as challenger"
    later = "a small model fine-tuned on our own documents; a language model for unseen layouts"
    return question.made(
        later if own else first,
        "A managed model reads unseen layouts from the first day; our corrections become the labels that a model of our"
        " own needs to win on cost.",
        because=case.because(
            "problem.task", "problem.data", "problem.labels.rows", "workload.traffic.average", "sources[0].documents"
        ),
        rejected=(
            Rejected(
                first if own else "own model first",
                "unit cost at this volume"
                if own
                else "no labels for unseen layouts, and too little volume to pay for it",
                f"{month:,.0f} documents a month; {case.rule('texts_for_small_model')}",
            ),
            Rejected(
                "templates per supplier", "each new layout is a new program", f"{record(case).rows:,.0f} documents"
            ),
            Rejected(
                "language model that posts by itself", "an answer without confidence per field", "0 fields checked"
            ),
        ),
        consequences=(
            "Each field carries its own confidence; what is below its threshold goes to a person.",
            "Corrections are kept as labels, by layout.",
        ),
        flips_when=(_volume(case, own),) if own or record(case).rows >= labelled else (),
        source=case.assumptions["texts_for_small_model"].source,
    )


def _volume(case: Case, many: bool) -> Flip:
    """The volume at which the choice turns, on the field of the spec that drives it."""
    bound = case.at("texts_for_small_model")
    if case.spec.workload.batch:
        runs = runs_a_month(case.spec)
        return Flip("workload.batch.rows", "<" if many else ">=", f"{ceil(bound / runs)}")
    rate = bound / (30 * _DAY)
    return Flip("workload.traffic.average", "<" if many else ">=", f"{rate:.3f}/s")
