"""Needs against the limits of a service: nothing where they are met, else the one violation that rules it out."""

from __future__ import annotations

from collections.abc import Sequence

from archgen.services.service import Port, Violation
from archgen.topology import Needs


def above(needs: Needs, need: str, most: int, unit: str, reason: str) -> tuple[Violation, ...]:
    """Whether a need is larger than what the service takes at `most`, in `unit`. A need that is not said is none."""
    value = float(str(needs.get(need, 0)))
    if value <= most:
        return ()
    return (Violation(need=need, found=f"{value:,.0f} {unit}", limit=f"{most:,} {unit}", reason=reason),)


def faster_than(needs: Needs, smallest_ms: int, reason: str) -> tuple[Violation, ...]:
    """Whether the need `latency_p99_ms` asks for less than the `smallest_ms` that the service takes by itself."""
    latency = needs.get("latency_p99_ms")
    if latency is None or float(str(latency)) >= smallest_ms:
        return ()
    found = f"{float(str(latency)):g} ms"
    return (Violation(need="latency_p99_ms", found=found, limit=f"{smallest_ms} ms", reason=reason),)


def other_than(
    needs: Needs, need: str, known: tuple[str, ...], reason: str, *, unsaid: str | None = None
) -> tuple[Violation, ...]:
    """Whether a need is a word that the service does not know. `unsaid` is what is meant where nothing is said."""
    word = needs.get(need, unsaid)
    if word in known:
        return ()
    return (Violation(need=need, found=str(word), limit=", ".join(known), reason=reason),)


def clear_card_numbers(needs: Needs, ports: Sequence[Port]) -> tuple[Violation, ...]:
    """Rules out what would have to make tokens of card numbers and takes no key for it."""
    if not needs.get("tokenises") or any(port.role == "tokenisation-key" for port in ports):
        return ()
    reason = "no service here keeps a key for tokens yet"
    return (Violation(need="tokenises", found="card numbers in the clear", limit="tokens", reason=reason),)
