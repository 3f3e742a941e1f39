"""Acme's blueprint and service hold what archgen asks of its own."""

from __future__ import annotations

import pathlib

from archgen.testing import blueprint_test, service_test

SPECS = pathlib.Path(__file__).parents[1] / "specs"

test_stream = service_test("acme_stream", cloud="aws", spec=SPECS / "vendor-decisions.yaml")
test_relay = blueprint_test("acme_decision_relay", clouds={"aws": None}, spec=SPECS / "vendor-decisions.yaml")
