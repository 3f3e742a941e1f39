"""What a principal engineer would expect of the AWS examples, row by row, and what their programs really create.

    python -m scripts.write_completeness        writes docs/completeness.md

Counts are of the production stack in its live phase, as the offline engine recorded it.
"""

from __future__ import annotations

import fnmatch
import pathlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archgen import registry
from archgen.engine import Resource
from archgen.proof import all_rules
from scripts.update_inventories import proved

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "completeness.md"
SHORTFALL = 0.75
"""Part of the expected count below which a row needs a reason. Source: own judgement."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the expectation for one case: how many are there, of whom, and why not more."""

    group: str
    types: tuple[str, ...]
    expected: int
    found: Mapping[str, int]
    reason: str | None

    @property
    def count(self) -> int:
        """How many resources there are."""
        return sum(self.found.values())

    @property
    def status(self) -> str:
        """`met`, `fewer`, `not applicable` or, without a reason, `open`."""
        if self.count >= SHORTFALL * self.expected:
            return "met"
        if self.reason is None:
            return "open"
        return "fewer" if self.count else "not applicable"


@dataclass(frozen=True, kw_only=True)
class Must:
    """What a case must have, or must not: the resources that show it, by component."""

    text: str
    wanted: bool
    found: Mapping[str, int]
    reason: str | None

    @property
    def holds(self) -> bool:
        """Whether it is as it must be, or cannot be and says why."""
        return bool(self.found) == self.wanted or self.reason is not None


def rows() -> Mapping[str, Any]:
    """The expectations, as written in `completeness.yaml`."""
    return registry.data_of(pathlib.Path(__file__).with_name("completeness.yaml"))


def lines(said: Mapping[str, Any], case: str, resources: Sequence[Resource]) -> list[Line]:
    """Each row that expects something of this case."""
    return [
        Line(
            group=row["group"],
            types=tuple(row["types"]),
            expected=row[case],
            found=_by_component(row["types"], resources),
            reason=row.get("reasons", {}).get(case),
        )
        for row in said["rows"]
        if row[case]
    ]


def musts(said: Mapping[str, Any], case: str, resources: Sequence[Resource]) -> list[Must]:
    """Each must and must-not of this case."""
    return [
        Must(
            text=row["text"],
            wanted=wanted,
            found=_by_component(row["shown_by"], resources),
            reason=row.get("reason"),
        )
        for key, wanted in (("must", True), ("must_not", False))
        for row in said[key][case]
    ]


def _by_component(patterns: Sequence[str], resources: Sequence[Resource]) -> Mapping[str, int]:
    found = Counter(str(r.component) for r in resources if any(_matches(r, pattern) for pattern in patterns))
    return dict(sorted(found.items()))


def _matches(resource: Resource, pattern: str) -> bool:
    """`module.Class`, with * for any; behind it in brackets what one of its inputs has to be, or `path=value`."""
    wanted, _, condition = pattern.partition("[")
    module, name = resource.type.removeprefix("aws:").split("/")[0], resource.type.rsplit(":", 1)[-1]
    if not resource.type.startswith("aws:") or not fnmatch.fnmatchcase(f"{module}.{name}", wanted):
        return False
    return not condition or any(fnmatch.fnmatchcase(one, condition[:-1]) for one in _said(resource.inputs))


def _said(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _said(item, key)
    elif isinstance(value, list | tuple):
        yield path if not value else f"{path}.any"
        for item in value:
            yield from _said(item, path)
    else:
        yield str(value)
        yield f"{path}={value}"


def page(recorded: Mapping[str, Sequence[Resource]]) -> str:
    """The page, from what each example's folder creates. Raises `SystemExit` where something is open."""
    said = rows()
    text = [
        "# Completeness of the AWS examples",
        "",
        "What a principal engineer would expect of a production deliverable (one region, one workload account), held"
        " against what the production stack of each example really creates in its live phase. Written by"
        " `python -m scripts.write_completeness`; the expectations are in `scripts/completeness.yaml`"
        f" ({said['source']}; an order of magnitude). A count more than a quarter under the expectation has a reason.",
    ]
    still_open: list[str] = []
    for case, folder in said["cases"].items():
        resources = [each for each in recorded[folder] if each.from_provider]
        found, must = lines(said, case, resources), musts(said, case, resources)
        still_open += [f"{case}: {', '.join(line.types)}" for line in found if line.status == "open"]
        still_open += [f"{case}: {one.text}" for one in must if not one.holds]
        text += ["", f"## {folder}", "", *_table(found, len(resources)), "", *_must_table(must)]
    text += ["", "## Of every program", "", *_invariant_table(said["invariants"])]
    if still_open:
        raise SystemExit("open:\n" + "\n".join(still_open))
    return "\n".join(text) + "\n"


def _table(found: Sequence[Line], total: int) -> Iterator[str]:
    expected = sum(line.expected for line in found)
    yield f"{total} resources in all; the rows below expect {expected} and have {sum(line.count for line in found)}."
    yield ""
    yield "| group | types | expected | has | met by | status |"
    yield "|---|---|--:|--:|---|---|"
    for line in found:
        types = ", ".join(f"`{one}`" for one in line.types)
        by = ", ".join(f"{component} {count}" for component, count in line.found.items())
        status = line.status if line.status == "met" else f"{line.status}: {line.reason}"
        yield f"| {line.group} | {types} | {line.expected} | {line.count} | {by} | {status} |"


def _invariant_table(said: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Which rules hold what. Raises `SystemExit` for a rule that there is not."""
    known = {rule.id for rule in all_rules()}
    yield "What does not hold is a finding of `archgen check`; the tests plant a fault for each of these rules."
    yield ""
    yield "| no. | invariant | held by |"
    yield "|--:|---|---|"
    for number, one in enumerate(said, start=1):
        if unknown := sorted(set(one["held_by"]) - known):
            raise SystemExit(f"invariant {number}: there is no rule {', '.join(unknown)}")
        held = [f"`{rule}`" for rule in one["held_by"]] + ([one["also"]] if "also" in one else [])
        yield f"| {number} | {one['text']} | {', '.join(held)} |"


def _must_table(found: Sequence[Must]) -> Iterator[str]:
    yield "| must | shown by |"
    yield "|---|---|"
    for one in found:
        shown = ", ".join(f"{component} {count}" for component, count in one.found.items()) or "none there"
        yield f"| {'' if one.wanted else 'never: '}{one.text} | {one.reason or shown} |"


if __name__ == "__main__":
    specs = {folder: ROOT / folder / "spec.yaml" for folder in rows()["cases"].values()}
    PAGE.write_text(page({folder: proved(spec)["live"].resources for folder, spec in specs.items()}), encoding="utf-8")
    print(PAGE)
