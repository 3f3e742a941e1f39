"""Operations shows every part that has something to watch, and never itself."""

from __future__ import annotations

from archgen.services import Ref, Service
from archgen.services.roles.operations import Operations
from tests.services.surroundings import component, external, neighbours

OPERATIONS = Operations(
    id="operations", role="operations", class_name="Operations", title="Tested", observed=False, strength="one board"
)


def service(id: str, observed: bool = True) -> Service:
    return Service(id=id, role="tested", class_name="Tested", title=id, observed=observed)


def test_it_watches_what_is_observed_and_inside_the_program() -> None:
    parts = [component("stream"), component("lake"), component("operations"), external("shop")]
    around = neighbours(
        *parts,
        services={"stream": service("stream"), "lake": service("lake", observed=False), "operations": OPERATIONS},
    )
    assert OPERATIONS.arguments(parts[2], around) == {"observed": (Ref(component="stream"),)}
    assert OPERATIONS.suits({}).violated == ()
