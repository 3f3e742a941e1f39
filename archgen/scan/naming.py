"""What Terraform calls a resource type and an argument, told from Pulumi's names for them.

The Pulumi providers for AWS and Google Cloud are bridges over the Terraform providers, and rename by rule: modules are
split off the type, names become camelCase, and a list of blocks takes the plural.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from archgen.registry import data_of

_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("xes", "x"), ("s", ""))


def snake_case(name: str) -> str:
    """`kmsKeyArn` and `IAMMember` as `kms_key_arn` and `iam_member`."""
    return _WORD_ENDS.sub("_", name).lower()


def singular(name: str) -> str:
    """`rules` as `rule`; a word that is no plural as it is."""
    if name.endswith("ss"):
        return name
    return next((name.removesuffix(end) + one for end, one in _PLURALS if name.endswith(end)), name)


def terraform_type(token: str) -> str | None:
    """`aws_kms_key` for `aws:kms/key:Key`, None for a provider that is no bridge."""
    package, module, name = token.split(":")
    table = _table().get(package)
    if table is None:
        return None
    module = module.partition("/")[0]
    prefix = table["modules"].get(module, f"{table['package']}_{module}")
    return table["types"].get(token, f"{prefix}_{snake_case(name)}")


def aliases(type: str) -> Mapping[str, str]:
    """Arguments of a Terraform type that an older type of the same thing knows by another name."""
    tables = (table.get("aliases", {}) for table in _table().values())
    return next((known[type] for known in tables if type in known), {})


def terraform_provider(token: str) -> str:
    """The address of the Terraform provider behind a token that `terraform_type` knows."""
    return str(_table()[token.partition(":")[0]]["provider"])


@cache
def _table() -> Mapping[str, Any]:
    return data_of(pathlib.Path(__file__).with_name("names.yaml"))
