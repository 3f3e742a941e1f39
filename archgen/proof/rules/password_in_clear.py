"""Rule `password-in-clear`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archgen.engine import Resource
from archgen.engine.recording import UNKNOWN
from archgen.proof.constraints import leaves_at
from archgen.proof.rule import Evidence, Finding, Rule

PASSWORD = re.compile(
    r"(^|[a-z])(password|secretString|authToken|clientSecret|privateKey|secretAccessKey|sharedKey|apiKeyValue)"
    r"s?(Wo|Base64)?$",
    re.IGNORECASE,
)
"""Inputs that hold a secret, whatever the SDK calls the resource around them."""
REFERENCE = re.compile(r"^(arn:|projects/|https://[\w.-]+\.vault\.azure\.net/|\{\{resolve:)")
"""What only says where a secret lies."""


class PasswordInClear(Rule):
    """What an input calls a password comes from a secret, so that neither the state nor a log has it in clear."""

    id = "password-in-clear"
    title = "what an input calls a password, a token or a private key is a secret of Pulumi"
    source = "https://www.pulumi.com/docs/iac/concepts/secrets/; PCI DSS v4.0.1, 8.6.2"
    example = '`aws.rds.Instance(password="hunter2")`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per input whose value is a text that no secret went into."""
        for resource in evidence.up.resources:
            for _, path, value in leaves_at(resource.inputs):
                name = path.rpartition(".")[2].removesuffix("[]")
                if _readable(value) and PASSWORD.search(name) and not _secret(path, resource):
                    yield self.at(resource, f"{path} is in clear: take it from a secret setting or from a store")


def _readable(value: object) -> bool:
    return isinstance(value, str) and value not in ("", UNKNOWN) and not REFERENCE.match(value)


def _secret(path: str, resource: Resource) -> bool:
    wanted = _parts(path)
    return any(wanted[: len(parts)] == parts for parts in map(_parts, resource.secret_inputs))


def _parts(path: str) -> list[str]:
    return re.sub(r"\[\d*\]", "", path).split(".")
