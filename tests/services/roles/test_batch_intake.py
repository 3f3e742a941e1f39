"""An intake knows one system, begins and ends, and is given up when it hangs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from archgen.services import Demand, Setting, Value
from archgen.services.roles.batch_intake import BatchIntake, run_bytes, said_size
from archgen.sizing import Quantity
from archgen.topology import Needs
from tests.services.surroundings import component, external, flow, neighbours


@dataclass(frozen=True, kw_only=True)
class Megabyte(BatchIntake):
    """An intake that fetches a megabyte a minute."""

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        minutes = run_bytes(demand.needs) / 1_000_000
        return (
            demand.quantity("workers", "workers", "always two", lambda _: 2),
            demand.quantity(
                "run_minutes", "min", "size_bytes / 1 MB", lambda _: minutes, needs=said_size(demand.needs)
            ),
        )

    def source_settings(self, source: str, intake: str) -> Mapping[str, Value]:
        return {"host": Setting(key=f"{source}Host", description=f"Host of {source} for {intake}")}


INTAKE = Megabyte(
    id="tested",
    role="batch-intake",
    class_name="Tested",
    title="Tested",
    system="sap",
    system_reason="SAP alone",
    strengths=("changes only",),
)


@pytest.mark.parametrize(
    ("needs", "violated"),
    [
        ({"system": "sap", "delivery": "daily"}, []),
        ({"system": "sap", "delivery": "on-demand"}, []),
        ({"system": "oracle", "delivery": "daily"}, ["system"]),
        ({"system": "sap", "delivery": "stream"}, ["delivery"]),
        ({"system": "sap", "delivery": "daily", "tokenises": True, "data_class": "pan"}, ["data_class"]),
    ],
)
def test_another_system_an_endless_delivery_and_card_numbers_rule_it_out(needs: Needs, violated: list[str]) -> None:
    assert [violation.need for violation in INTAKE.suits(needs).violated] == violated


def arguments(**needs: str | int) -> Mapping[str, Value]:
    part = component("intake", **needs)
    return INTAKE.arguments(part, neighbours(part, external("erp"), flows=[flow("erp", "intake", "files")]))


def test_a_run_hangs_after_four_times_its_sized_duration_but_never_before_half_an_hour() -> None:
    assert arguments(size_bytes=100_000_000)["timeout_minutes"] == 400
    assert arguments(size_bytes=1_000_000)["timeout_minutes"] == 30
    assert arguments()["timeout_minutes"] == 30


def test_it_asks_for_the_settings_of_its_source_and_runs_its_own_code() -> None:
    given = arguments()
    assert (given["source"], given["code"]) == ("erp", "../app/intake")
    assert isinstance(given["host"], Setting)
    assert given["host"].key == "erpHost"


def test_it_follows_the_delivery_of_its_source_unless_something_else_starts_it() -> None:
    assert "schedule" in arguments(delivery="daily", time_zone="Europe/Berlin")
    assert "schedule" not in arguments(delivery="on-demand")
    assert "schedule" not in arguments(delivery="daily", orchestrated="yes")


def test_a_size_that_is_not_said_is_no_input() -> None:
    assert (run_bytes({}), said_size({})) == (0, ())
    assert said_size({"size_bytes": 5}) == ("size_bytes",)
