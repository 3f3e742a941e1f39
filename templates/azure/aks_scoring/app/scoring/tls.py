"""Mutual TLS that ends in this process: a certificate from the vault, and callers with one of their authority."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

RELOAD_SECONDS = 600.0
"""A renewed certificate is mounted within minutes; the one before it is valid for days more."""


def server_context(certificate: Path, callers: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer that refuses who has no certificate of the callers' authorities.

    Args:
        certificate: PEM with the key and the chain.
        callers: PEM of the authorities.

    Raises:
        OSError, ssl.SSLError: a file is missing or no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate)
    context.load_verify_locations(cafile=callers)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def keep_current(context: ssl.SSLContext, certificate: Path, seconds: float = RELOAD_SECONDS) -> None:
    """Load the certificate again and again, for the connections to come, until cancelled."""
    while True:
        await asyncio.sleep(seconds)
        context.load_cert_chain(certificate)
