"""Rule `secret-read-in-clear`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.settings_read import read_in_clear
from archgen.proof.syntax import modules


class SecretReadInClear(Rule):
    """A secret setting is read as one: as plain text it is encrypted only where the SDK knows its property."""

    id = "secret-read-in-clear"
    title = "a secret setting is read by `require_secret` or `get_secret`"
    source = "https://www.pulumi.com/docs/iac/concepts/secrets/#reading-secrets"
    example = '`config.require("partnerApiKey")` for a setting with `secret: true`'

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per reading of a secret setting without `_secret`."""
        secret = {setting.key.partition(":")[2] for setting in evidence.project.settings if setting.secret}
        for module in modules(evidence.project):
            for key, line in read_in_clear(module):
                if key in secret:
                    message = f"setting '{key}' is secret and read in clear: read it by require_secret or get_secret"
                    yield self.general(message, file=module.file, line=line)
