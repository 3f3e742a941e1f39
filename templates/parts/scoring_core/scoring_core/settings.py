"""Settings that the service has on every cloud."""

from __future__ import annotations

from dataclasses import dataclass

from card_tokens.keyring import Keyring
from service_process.environment import Address, Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSettings:
    """`features` is None where there are no online features; `fallback_after_ms` counts from a request's receipt.

    `keyring` is None where tokens arrive already: a card number is then refused.
    """

    port: int
    entities: tuple[str, ...]
    features: Address | None
    fallback_after_ms: int
    log_level: str
    keyring: Keyring | None = None

    @classmethod
    def read(cls, environment: Environment) -> ServiceSettings:
        """Read `PORT`, `ENTITIES`, `FEATURES_ENDPOINT`, `FALLBACK_AFTER_MS`, `LOG_LEVEL`, `TOKEN_KEYRING`."""
        features = environment.address("FEATURES_ENDPOINT")
        return cls(
            port=environment.whole("PORT", 8443, 1, 65535),
            # Entities are what features are read for: where none are read, there may be none.
            entities=environment.names("ENTITIES") if features else (),
            features=features,
            fallback_after_ms=environment.whole("FALLBACK_AFTER_MS", 80, 1, 60_000),
            log_level=environment.log_level(),
            keyring=Keyring.read(environment),
        )
