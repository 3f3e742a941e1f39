from __future__ import annotations

from archgen.spec.standards import COUNTRIES, CURRENCIES, EEA, EU, countries_of


def test_the_lists_are_whole() -> None:
    assert {"EUR", "USD", "GBP", "CHF", "JPY"} < CURRENCIES
    assert len(EU) == 27
    assert len(COUNTRIES) == 249
    assert EU < EEA < COUNTRIES
    assert not {"gb", "ch"} & EEA


def test_an_area_stands_for_its_countries_and_a_country_for_itself() -> None:
    assert countries_of("eu") == EU
    assert countries_of("eea") == EEA
    assert countries_of("ch") == {"ch"}
