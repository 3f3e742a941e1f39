"""Conformance: whether a service or a blueprint, from whichever package, holds what archgen asks of its own.

One call proves all of it, as a test of the package that offers the service or the blueprint:

    test_stream = service_test("acme_stream", cloud="aws", spec="specs/vendor-decisions.yaml")
"""

from archgen.testing.conformance import (
    Conformance,
    NotConforming,
    blueprint_test,
    prove_blueprint,
    prove_service,
    service_test,
)
from archgen.testing.contract import blueprint_faults, service_faults

__all__ = [
    "Conformance",
    "NotConforming",
    "blueprint_faults",
    "blueprint_test",
    "prove_blueprint",
    "prove_service",
    "service_faults",
    "service_test",
]
