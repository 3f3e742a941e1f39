"""Images, sound and video: transfer learning by the labels there are. Source: APP-09."""

from __future__ import annotations

from archgen.decisions.approaches.labels import record
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question


def vision(question: Question, case: Case) -> Decision:
    """A pre-trained network: as a service, with a new head, or fine-tuned."""
    found = record(case)
    few, many = case.at("positives_for_training"), case.at("images_for_fine_tuning")
    options = (
        "pre-trained model without training, and a queue that makes labels",
        "transfer learning: a pre-trained backbone with a new head and augmentation",
        "transfer learning: a pre-trained backbone, fine-tuned",
    )
    stage = 0 if found.positives < few else 1 if found.positives < many else 2
    path = "problem.labels.positives"
    flips = {
        0: (Flip(path, ">=", f"{few:g}"),),
        1: (Flip(path, "<", f"{few:g}"), Flip(path, ">=", f"{many:g}")),
        2: (Flip(path, "<", f"{many:g}"),),
    }[stage]
    return question.made(
        options[stage],
        "A network that has seen millions of images needs a few hundred of ours to learn the difference that matters.",
        because=case.because("problem.data", "problem.labels.rows", path, "workload.latency.p99"),
        rejected=(
            Rejected("training from scratch", "needs about a million images", f"{found.said}"),
            Rejected(
                "features by hand", "each new defect is a new program", f"{found.positives:,.0f} labelled examples"
            ),
            Rejected("large vision-language model", "seconds per answer", f"p99 of {(case.p99 or 0) * 1000:,.0f} ms"),
        ),
        consequences=(
            "Defects that are not in the labels are not found: an anomaly score beside the classes shows them.",
        ),
        flips_when=flips if case.spec.problem.labels and case.spec.problem.labels.positives is not None else (),
        source=case.assumptions["images_for_fine_tuning"].source,
    )
