"""The foundation keeps logs no shorter than asked, and refuses what the cloud cannot keep."""

from __future__ import annotations

import pytest

from archgen.services import Setting, StackSetting
from archgen.services.catalogue import clouds, services
from archgen.services.roles.foundation import Foundation
from tests.services.surroundings import component, neighbours

FOUNDATION = Foundation(
    id="tested",
    role="foundation",
    class_name="Tested",
    title="Tested",
    strength="one key",
    longest_days=730,
    longest_reason="two years at most",
)
PART = component("foundation", log_days=400)


def test_logs_at_the_limit_are_kept_and_longer_ones_refused() -> None:
    assert FOUNDATION.suits({"log_days": 730}).score == 100
    (violation,) = FOUNDATION.suits({"log_days": 731}).violated
    assert (violation.found, violation.limit) == ("731 days", "730 days")


def test_only_a_stack_of_developers_may_be_destroyed() -> None:
    protected = FOUNDATION.arguments(PART, neighbours(PART))["protected"]
    assert isinstance(protected, StackSetting)
    assert protected.values == {"dev": False, "staging": True, "prod": True}


def test_how_an_address_agrees_is_said_where_it_has_to() -> None:
    emails = FOUNDATION.arguments(PART, neighbours(PART))["alarm_emails"]
    assert isinstance(emails, Setting)
    assert emails.description == "Addresses of the on-call team"


@pytest.mark.parametrize("cloud", sorted(clouds()))
@pytest.mark.parametrize("days", [1, 29, 366, 400, 730])
def test_no_cloud_keeps_logs_for_less_than_was_asked(cloud: str, days: int) -> None:
    service = services(cloud)["foundation"]
    part = component("foundation", log_days=days)
    kept = service.arguments(part, neighbours(part))["log_retention_days"]
    assert isinstance(kept, int)
    assert kept >= days
