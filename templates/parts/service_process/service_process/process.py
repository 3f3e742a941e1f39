"""A process from its start to its exit status, and the signal that ends it."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from .environment import CannotStart

# A container platform asks with SIGTERM, a person at a terminal with SIGINT.
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signal() -> asyncio.Event:
    """An event of the running loop that SIGTERM or SIGINT sets; ask for it before anything that takes time."""
    stop = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def run_process(name: str, body: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run `body` to its end.

    Args:
        name: of the logger that says why it ended.

    Returns:
        The exit status: 0 stopped as told, 2 the settings are wrong, 1 any other error.
    """
    log = logging.getLogger(name)
    try:
        asyncio.run(body())
    except CannotStart as error:
        log.error("cannot start: %s", error)
        return 2
    except Exception:
        log.error("stopped by an error", exc_info=True)
        return 1
    return 0
