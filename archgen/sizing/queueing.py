"""Waiting before a server is free: a queue with several servers (M/M/c), by Erlang's C formula.

Source: pricing reference of the project, section on endpoints: utilisation = rate x service time / servers; the wait
that 99 of 100 requests stay within is service time x ln(100 x share that waits) / (servers x (1 - utilisation)).
"""

from __future__ import annotations

from math import inf, log


def share_that_waits(offered: float, servers: int) -> float:
    """Share of the requests that find all servers busy (Erlang C). `offered` is rate x service time, in servers.

    A load of 5 on 8 servers: 0.167. It is 1 from the point on where the load fills all servers.
    """
    if offered <= 0:
        return 0.0
    if offered >= servers:
        return 1.0
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    utilisation = offered / servers
    return blocked / (1 - utilisation * (1 - blocked))


def wait_p99_ms(rate: float, service_time_ms: float, servers: int) -> float:
    """Milliseconds that 99 of 100 requests wait at most for a free server; infinite where the load fills them all."""
    offered = rate * service_time_ms / 1000
    if offered >= servers:
        return inf
    waiting = share_that_waits(offered, servers)
    if waiting <= 0.01:
        return 0.0
    return service_time_ms * log(100 * waiting) / (servers * (1 - offered / servers))
