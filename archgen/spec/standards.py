"""Codes that standards bodies keep, as `standards.json` lists them: currencies, countries, the EU and the EEA."""

from __future__ import annotations

import importlib.resources
import json

_STANDARDS = json.loads(
    importlib.resources.files("archgen.spec").joinpath("standards.json").read_text(encoding="utf-8")
)


def _codes(standard: str) -> frozenset[str]:
    return frozenset(_STANDARDS[standard]["codes"].split())


CURRENCIES = _codes("currencies")
"""ISO 4217 codes of currencies and funds."""

COUNTRIES = _codes("countries")
"""ISO 3166-1 alpha-2 codes, lower case."""

EU = _codes("eu")
"""The member states of the European Union."""

EEA = _codes("eea")
"""The European Economic Area, which the GDPR treats as one."""


def countries_of(territory: str) -> frozenset[str]:
    """The countries that a territory of a spec stands for: `eu` and `eea` are areas, all else is one country."""
    return {"eu": EU, "eea": EEA}.get(territory, frozenset({territory}))
