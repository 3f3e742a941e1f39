"""Rule `sdk-types`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.sdk_validation import faults


class SdkTypes(Rule):
    """Inputs have the names and types that the provider's SDK declares, in both runs."""

    id = "sdk-types"
    title = "inputs have the names, types and values that the provider's SDK declares"
    source = "the arguments classes of the installed provider SDK"
    example = 'retention_period="48h" where the SDK has an int'

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per faulty input, of either run: an update knows values that a preview does not."""
        for graph in (evidence.preview, evidence.up):
            for resource in graph.resources:
                if resource.from_provider:
                    for path, message in faults(resource.type, resource.inputs):
                        yield self.at(resource, f"{path}: {message}")
