from __future__ import annotations

import asyncio
import os
import signal

import pytest

from service_process.environment import SettingsInvalid
from service_process.process import run_process, stop_on_signal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_and_not_the_process(number: signal.Signals) -> None:
    async def check() -> None:
        stop = stop_on_signal()
        os.kill(os.getpid(), number)
        await asyncio.wait_for(stop.wait(), 1.0)

    assert run_process("test", check) == 0


@pytest.mark.parametrize(("error", "status"), [(SettingsInvalid("PORT is wrong"), 2), (KeyError("tok_card"), 1)])
def test_the_exit_status_says_whether_a_restart_could_help(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise error

    assert run_process("test", fail) == status
    assert ("PORT is wrong" in caplog.messages[0]) == (status == 2)
    assert "tok_card" not in caplog.messages[0]
