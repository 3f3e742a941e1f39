"""The requirement: what a person asks for, read from one YAML file into one frozen value."""

from __future__ import annotations

from archgen.spec.amounts import Level, Money, TimeOfDay
from archgen.spec.estate import Consumer, Features, Source
from archgen.spec.model import Spec, spec_hash
from archgen.spec.paths import value_at
from archgen.spec.reading import load, parse
from archgen.spec.schema import SCHEMA_FILE, json_schema, schema_text
from archgen.spec.standards import countries_of
from archgen.spec.units import Count, Duration, Growth, Rate, Share, Size

__all__ = [
    "SCHEMA_FILE",
    "Consumer",
    "Count",
    "Duration",
    "Features",
    "Growth",
    "Level",
    "Money",
    "Rate",
    "Share",
    "Size",
    "Source",
    "Spec",
    "TimeOfDay",
    "countries_of",
    "json_schema",
    "load",
    "parse",
    "schema_text",
    "spec_hash",
    "value_at",
]
