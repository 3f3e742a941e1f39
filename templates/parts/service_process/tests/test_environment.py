from __future__ import annotations

import pytest

from service_process.environment import Address, Environment, SettingsInvalid


def test_every_problem_is_named_at_once() -> None:
    environment = Environment({"PORT": "http", "KIND": "other", "CACHE": "no-port", "LOG_LEVEL": "LOUD"})
    environment.required("PROJECT")
    environment.names("ENTITIES")
    environment.whole("PORT", 8443, 1, 65535)
    environment.choice("KIND", ("kinesis", "kafka"), "kinesis")
    environment.address("CACHE")
    environment.log_level()
    environment.problem("the moon is full")
    with pytest.raises(SettingsInvalid) as caught:
        environment.check()
    named = ("PROJECT", "ENTITIES", "PORT", "KIND", "CACHE", "LOG_LEVEL", "the moon is full")
    assert all(name in str(caught.value) for name in named)


def test_what_is_missing_or_empty_takes_its_default() -> None:
    environment = Environment({"PORT": "", "ENTITIES": " card, ,merchant "})
    assert environment.whole("PORT", 8443, 1, 65535) == 8443
    assert environment.choice("KIND", ("kinesis", "kafka"), "kafka") == "kafka"
    assert environment.names("ENTITIES") == ("card", "merchant")
    assert environment.address("CACHE") is None
    assert environment.log_level() == "INFO"
    environment.check()


def test_an_address_keeps_the_colons_of_its_host() -> None:
    assert Environment({"CACHE": "[::1]:6379"}).address("CACHE") == Address("[::1]", 6379)
