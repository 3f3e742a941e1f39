"""What one offline run of a program leaves behind: its resources, its stack outputs and the problems met while running.

All values are plain data that can be pickled, so that a recording can cross from the child process that made it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["preview", "up"]
Phase = Literal["foundation", "live"]
Severity = Literal["error", "warning"]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""A value that a preview does not know yet: the sentinel of the Pulumi protocol, found in `Resource.inputs`."""

RESOURCE_KEY = "$resource"
"""Key of the only entry of a mapping that stands for a whole resource (value: its URN) given as an input."""

ASSET_KEY = "$asset"
"""Key of the only entry of a mapping that stands for a file or an archive given as an input."""

PROVIDER_TYPE_PREFIX = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One registration of a program, as the Pulumi engine would have received it.

    `component` is the name of the root component that it lies under (its own name for a root component), None for a
    resource outside any component. `parent` is None directly under the stack. `inputs` are plain: secrets and outputs
    unwrapped, numbers without a fraction as `int`; `secret_inputs` are the paths that were secret (`rules[0].key`).
    `property_dependencies` maps an input to the URNs that its value came from. `file` is relative to the project's
    root. `identities` is what others may refer to it by (id, ARN, physical name), empty in a preview; `aliases` are the
    URNs that it had before, which an update takes over instead of creating it anew.
    """

    urn: str
    type: str
    name: str
    component: str | None
    parent: str | None
    custom: bool
    inputs: Mapping[str, Any]
    secret_inputs: tuple[str, ...]
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    protect: bool
    provider: str | None
    file: str | None
    line: int | None
    identities: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def from_provider(self) -> bool:
        """Whether it stands for something in a cloud: neither a component nor a provider."""
        return self.custom and not self.type.startswith(PROVIDER_TYPE_PREFIX)


@dataclass(frozen=True, kw_only=True)
class RunProblem:
    """One thing that went wrong while a program ran. `kind` is stable (`duplicate-urn`); `file` as in `Resource`."""

    kind: str
    message: str
    urn: str | None = None
    file: str | None = None
    line: int | None = None
    severity: Severity = "error"


@dataclass(frozen=True, kw_only=True)
class ResourceGraph:
    """The recording of one program for one stack, phase and mode. The stack itself is not among the `resources`."""

    stack: str
    phase: str
    mode: str
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[RunProblem, ...] = ()

    @property
    def completed(self) -> bool:
        """Whether the program ran to its end: what a crashed run lacks says nothing about the program."""
        return not any(problem.kind == "crash" for problem in self.problems)

    @property
    def counts(self) -> dict[str, int]:
        """Number of cloud resources per type, types sorted."""
        return dict(sorted(Counter(each.type for each in self.resources if each.from_provider).items()))

    def by_urn(self, urn: str) -> Resource | None:
        """The resource with this URN."""
        return next((each for each in self.resources if each.urn == urn), None)

    def of_component(self, name: str) -> tuple[Resource, ...]:
        """Everything under the root component of this name, itself included."""
        return tuple(each for each in self.resources if each.component == name)

    def of_type(self, type: str) -> tuple[Resource, ...]:
        """Every resource of this type token."""
        return tuple(each for each in self.resources if each.type == type)
