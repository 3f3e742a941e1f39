"""Rule `secret-in-clear`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class SecretInClear(RunProblemRule):
    """A secret setting stays secret wherever its value goes."""

    id = "secret-in-clear"
    title = "a secret setting stays secret wherever its value goes"
    source = "https://www.pulumi.com/docs/iac/concepts/secrets/"
    example = '`pulumi.export("key", pulumi.Output.unsecret(api_key))`'
