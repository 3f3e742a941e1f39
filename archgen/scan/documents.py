"""The document that a scanner reads, and which resource each of its entries stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archgen.engine import Resource

Framework = Literal["terraform_plan", "arm"]


@dataclass(frozen=True, kw_only=True)
class Document:
    """`content` as JSON data, of the kind `framework`; `addresses` tells the resource of each address in it.

    `resources` are all of the recording's. `left_out` counts those, by type, that have no form in the document: nothing
    is said of them.
    """

    framework: Framework
    content: Mapping[str, Any]
    addresses: Mapping[str, Resource]
    resources: tuple[Resource, ...]
    left_out: Mapping[str, int]


def document_of(resources: Sequence[Resource]) -> Document:
    """The resources of a recorded update as a Terraform plan (AWS, Google Cloud) or an ARM template (azure-native)."""
    from archgen.scan import arm, terraform  # imports the SDK

    azure = any(resource.type.startswith("azure-native:") for resource in resources)
    addresses = arm.addresses(resources) if azure else terraform.addresses(resources)
    scanned = {resource.urn for resource in addresses.values()}
    left_out: dict[str, int] = {}
    for resource in resources:
        if resource.from_provider and resource.urn not in scanned:
            left_out[resource.type] = left_out.get(resource.type, 0) + 1
    return Document(
        framework="arm" if azure else "terraform_plan",
        content=arm.template(addresses) if azure else terraform.plan(addresses),
        addresses=addresses,
        resources=tuple(resources),
        left_out=dict(sorted(left_out.items())),
    )
