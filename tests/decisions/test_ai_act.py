"""The class under the EU AI Act, by scope, practice, effect and whom it concerns."""

from __future__ import annotations

import pytest

from archgen.decisions.ai_act import classified, prohibited_practice
from archgen.knowledge import prohibited_practices, use_cases
from archgen.spec.words import Effect
from tests.specs import changed, spec

STATEMENT = "Halve card-fraud losses without turning good customers away"


def stating(text: str):
    return changed("fraud-slice", (STATEMENT, text))


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Infer the emotions of employees from their voice", "Art. 5(1)(f)"),
        ("Give citizens a social score", "Art. 5(1)(c)"),
        ("Predict which people will commit a crime", "Art. 5(1)(d)"),
        ("Scrape faces from the internet for a search", "Art. 5(1)(e)"),
        ("Sort biometric templates by religion", "Art. 5(1)(g)"),
        ("Use subliminal messages in adverts", "Art. 5(1)(a)"),
        ("Exploit the elderly", "Art. 5(1)(b)"),
        ("Live facial recognition for the police", "Art. 5(1)(h)"),
        ("A nudifier for photos", "Art. 5(1)(ba), (bb)"),
    ],
)
def test_a_prohibited_practice_is_found_with_its_article(text: str, article: str) -> None:
    found = prohibited_practice(stating(text))
    assert found is not None and found.use is not None and found.use.basis == article


def test_every_practice_has_a_test() -> None:
    assert len(prohibited_practices()) == 9


@pytest.mark.parametrize(
    "text",
    [
        "Summarise calls without inferring emotions of agents",
        "Never score employees by their mood",
        "Halve card fraud and report crimes to the police",
        "Predict demand for surfaces",
    ],
)
def test_a_negated_or_unrelated_word_is_no_practice(text: str) -> None:
    assert prohibited_practice(stating(text)) is None


@pytest.mark.parametrize("effect", Effect.__args__)
def test_every_effect_of_the_spec_has_exactly_one_class(effect: str) -> None:
    assert len([row for row in use_cases() if effect in row.effects]) == 1


@pytest.mark.parametrize(
    ("case", "risk"),
    [
        ("credit-scoring", "high"),
        ("hr-screening", "high"),
        ("payments-fraud", "minimal"),
        ("service-assistant", "limited"),
        ("visual-inspection", "minimal"),
        ("clinical-risk", "out of scope"),
    ],
)
def test_the_class_of_a_case(case: str, risk: str) -> None:
    assert classified(spec(case)).risk == risk


def test_credit_of_companies_is_not_listed() -> None:
    firms = changed("credit-scoring", ("subjects: natural-persons", "subjects: legal-persons"))
    assert classified(firms).risk == "minimal"


def test_duties_of_annex_iii_begin_as_amended_in_2026() -> None:
    assert {row.applies for row in use_cases() if row.risk == "high"} == {"2027-12-02"}
