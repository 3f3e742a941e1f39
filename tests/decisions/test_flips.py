"""Each change that a decision says would flip it, applied: the choice is another one."""

from __future__ import annotations

import pytest

from archgen.decisions import Decision, Flip, decide
from archgen.feasibility.changes import flipped
from archgen.knowledge import assumptions
from tests.specs import CASES, spec

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))
DECISIONS = {name: decide(spec(name), assumptions().overridden(spec(name).assumptions)) for name in NAMES}
FLIPS = [
    pytest.param(name, decision, flip, id=f"{name}-{decision.id}-{flip.path}{flip.op}{flip.value}")
    for name, made in DECISIONS.items()
    for decision in made.values()
    for flip in decision.flips_when
]


@pytest.mark.parametrize(("name", "decision", "flip"), FLIPS)
def test_a_flip_changes_the_choice(name: str, decision: Decision, flip: Flip) -> None:
    other = flipped(spec(name), flip)
    assert other is not None, f"{flip} contradicts the rest of the spec"
    made = decide(other, assumptions().overridden(other.assumptions))
    assert decision.id in made, f"{flip} takes the question away instead of answering it otherwise"
    assert made[decision.id].choice != decision.choice


@pytest.mark.parametrize(("name", "decision", "flip"), FLIPS)
def test_the_other_side_names_changes_that_hold_too(name: str, decision: Decision, flip: Flip) -> None:
    """A flip leads to a choice whose own flips have to be as true: both sides of each threshold are walked."""
    other = flipped(spec(name), flip)
    assert other is not None
    turned = decide(other, assumptions().overridden(other.assumptions))[decision.id]
    for back in turned.flips_when:
        third = flipped(other, back)
        assert third is not None, f"after {flip}, {back} contradicts the rest of the spec"
        made = decide(third, assumptions().overridden(third.assumptions))
        assert decision.id in made and made[decision.id].choice != turned.choice, f"after {flip}: {back}"


@pytest.mark.parametrize("name", NAMES)
def test_what_was_ours_to_decide_names_a_change_or_rests_on_several_reasons(name: str) -> None:
    for decision in DECISIONS[name].values():
        if decision.kind == "decided" and not decision.flips_when:
            assert len(decision.because) >= 2, decision.id


def test_every_question_is_asked_by_some_case_and_flipped_by_some_other() -> None:
    from archgen.decisions import questions

    asked = {id for made in DECISIONS.values() for id in made}
    assert {question.id for question in questions()} - asked == {"cloud"}
