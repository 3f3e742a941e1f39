"""What the clouds would answer: ids, ARNs and look-ups, one YAML file beside this module per provider package.

A file has these keys; each text in it is a template over `{name}` (physical name), `{region}`, `{account}`, `{id}`,
`{module}`, `{kind}`, `{hex8}`, `{hex17}` and `{uuid}` (digests of the URN):

* `package`: the provider's name in type tokens; `account`; `region: {setting, default}`
* `resources`: per type token `id`, any other output, and `name_from` (the input that names the thing, default `name`)
* `default`: the same for every type that has no row
* `invokes`: per function token its result, or `{one_of: <argument>, results: {<value>: <result>}}`
"""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from archgen import registry

NAME_FROM = "name_from"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a cloud gives one new resource: its id, its physical name, and outputs of known form by wire name."""

    id: str
    name: str
    name_from: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """One provider's answers, for one stack's region. Without a file of its own a provider gets generic ids."""

    package: str
    region: str = ""
    account: str = ""
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default: Mapping[str, Any] = field(default_factory=dict)
    invokes: Mapping[str, Any] = field(default_factory=dict)

    def identify(self, type: str, urn: str, logical_name: str, inputs: Mapping[str, Any]) -> Identity:
        """The identity of a new resource; `inputs` are plain. An unnamed one gets its logical name and a suffix."""
        row = {**self.default, **self.resources.get(type, {})}
        name_from = str(row.pop(NAME_FROM, "name"))
        digest = hashlib.sha256(urn.encode()).hexdigest()
        given = inputs.get(name_from)
        name = given if isinstance(given, str) and given else f"{logical_name}-{digest[:7]}"
        words = {"name": name, **self._words(), **_words_of_type(type), **_digests(digest)}
        # A resource may say that it lies in another region than the stack.
        if isinstance(elsewhere := inputs.get("region"), str):
            words["region"] = elsewhere
        words["id"] = str(_fill(row.pop("id", "{name}"), words))
        return Identity(id=words["id"], name=name, name_from=name_from, outputs=_fill(row, words))

    def answer(self, token: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """The result of a function, None when it is not known what the cloud would say. `arguments` are plain."""
        result = self.invokes.get(token)
        if isinstance(result, Mapping) and "one_of" in result:
            result = result["results"].get(arguments.get(result["one_of"]))
        if result is None:
            return None
        return {**arguments, **_fill(result, {**self._words(), **_digests(hashlib.sha256(token.encode()).hexdigest())})}

    def _words(self) -> dict[str, str]:
        return {"region": self.region, "account": self.account}


def cloud_of(package: str, settings: Mapping[str, Any]) -> Cloud:
    """The cloud behind a provider package, in the region that the stack's settings (by complete key) name."""
    table = tables().get(package)
    if table is None:
        return Cloud(package=package)
    region = table["region"]
    return Cloud(
        package=package,
        region=str(settings.get(region["setting"]) or region["default"]),
        account=str(settings.get(table.get("account_setting")) or table["account"]),
        resources=table.get("resources") or {},
        default=table.get("default") or {},
        invokes=table.get("invokes") or {},
    )


@cache
def tables() -> dict[str, dict[str, Any]]:
    """Every provider's file by package name."""
    loaded = [registry.data_of(file) for file in sorted(pathlib.Path(__file__).parent.glob("*.yaml"))]
    return {table["package"]: table for table in loaded}


def _words_of_type(type: str) -> dict[str, str]:
    _, module, name = type.split(":")
    return {"module": module.partition("/")[0], "kind": name[:1].lower() + name[1:]}


def _digests(digest: str) -> dict[str, str]:
    parts = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
    return {"hex8": digest[:8], "hex17": digest[:17], "uuid": "-".join(parts)}


def _fill(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, Mapping):
        return {key: _fill(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, words) for each in value]
    return value
