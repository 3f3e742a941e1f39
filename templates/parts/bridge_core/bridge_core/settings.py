"""Settings that the bridge has on every cloud: the client's topic, and the key of what is forwarded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from card_tokens.keyring import Keyring
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeSettings:
    """`source_ca_pem` is None for the system's authorities. The password is kept out of every representation.

    `keyring` is None where tokens arrive already: a record with a card number is then refused.
    """

    source_bootstrap: str
    source_topic: str
    source_group: str
    source_username: str
    source_password: str = field(repr=False)
    source_ca_pem: str | None
    partition_entity: str
    log_level: str
    keyring: Keyring | None = None

    @classmethod
    def read(cls, environment: Environment) -> BridgeSettings:
        """Read the variables `SOURCE_*`, `PARTITION_ENTITY`, `LOG_LEVEL` and `TOKEN_KEYRING`."""
        username, password = _credentials(environment)
        return cls(
            source_bootstrap=environment.required("SOURCE_BOOTSTRAP"),
            source_topic=environment.required("SOURCE_TOPIC"),
            source_group=environment.required("SOURCE_GROUP"),
            source_username=username,
            source_password=password,
            source_ca_pem=environment.text("SOURCE_CA_PEM") or None,
            partition_entity=environment.text("PARTITION_ENTITY", "card"),
            log_level=environment.log_level(),
            keyring=Keyring.read(environment),
        )


def _credentials(environment: Environment) -> tuple[str, str]:
    # A parser's message would quote the secret: say what is expected, not what was found.
    try:
        document = json.loads(environment.text("SOURCE_CREDENTIALS"))
        username, password = document["username"], document["password"]
    except (ValueError, KeyError, TypeError):
        username = password = None
    if not (isinstance(username, str) and isinstance(password, str) and username and password):
        environment.problem('SOURCE_CREDENTIALS is not JSON of the form {"username": "...", "password": "..."}')
        return "", ""
    return username, password
