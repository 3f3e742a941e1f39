"""One call of the canary: through name, load balancer and mutual TLS to a decision about nobody.

It runs in the canary's runtime, alone: nothing of the platform can be imported here. `/v1/probe` decides on an event of
the service's own, which is published nowhere and counts as no decision.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import ssl
import tempfile
from collections.abc import Mapping
from typing import Any

PATH = "/v1/probe"
PORT = 443
OUTCOMES = frozenset({"approve", "step-up", "decline"})


class ProbeFailed(Exception):
    """The service did not decide; the message says what came instead."""


def handler(event: Mapping[str, Any], context: object) -> str:
    """Entry point: what decided. An exception is a failed run."""
    identity = _identity(os.environ["IDENTITY_SECRET"])
    answer = _call(os.environ["ADDRESS"], os.environ["HOST_NAME"], float(os.environ["TIMEOUT_SECONDS"]), identity)
    return check(*answer)


def check(status: int, body: bytes) -> str:
    """Who decided, `model` or `rules`. Raises `ProbeFailed` where the answer is no decision."""
    if status != 200:
        raise ProbeFailed(f"{PATH} answered with status {status}")
    try:
        decision = json.loads(body)
        outcome, decided_by = decision["outcome"], decision["decided_by"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProbeFailed(f"{PATH} answered with something that is no decision") from error
    if outcome not in OUTCOMES:
        raise ProbeFailed(f"{PATH} decided neither of {', '.join(sorted(OUTCOMES))}")
    return str(decided_by)


def tls(identity: Mapping[str, str]) -> ssl.SSLContext:
    """A context that shows the client certificate, and trusts the named authorities or else the usual ones."""
    context = ssl.create_default_context(cadata=identity["authorities"] or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The key has to come from a file; this one is gone before the connection is opened.
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
        pem.write(identity["certificate"])
        pem.flush()
        context.load_cert_chain(pem.name)
    return context


def _identity(secret_arn: str) -> Mapping[str, str]:
    # The canary's runtime has it, and only there this file runs: the program that uploads it needs no such package.
    found = importlib.import_module("boto3").client("secretsmanager").get_secret_value(SecretId=secret_arn)
    return json.loads(found["SecretString"])


def _call(address: str, host_name: str, timeout: float, identity: Mapping[str, str]) -> tuple[int, bytes]:
    """To one address, by the name that the certificate carries: where no zone is ours, the two differ."""
    connection = http.client.HTTPConnection(address, PORT, timeout=timeout)
    try:
        connection.connect()
        connection.sock = tls(identity).wrap_socket(connection.sock, server_hostname=host_name)
        connection.request("POST", PATH, headers={"Host": host_name, "Content-Length": "0"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
