"""One change of a spec, with the fields that have to agree with it: how flips are applied and ways out are tried."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from archgen.decisions import Flip
from archgen.spec import Count, Rate, Spec
from archgen.spec.checks import contradictions

_STEP = re.compile(r"([A-Za-z_][\w-]*)(?:\[([\w-]+)\])?")
_AMOUNT = re.compile(r"([0-9.]+)(.*)", re.DOTALL)
_BEYOND = {">": 2.0, "<": 0.5}


def changed(spec: Spec, path: str, value: Any) -> Spec | None:
    """The spec with `value` (as in a file) at `path`, and what must agree with it; None where that contradicts itself.

    What moves along: the rate of the stream that is the load with the peak, the average with the peak, rows with
    positives, and the rate or the changes that a delivery needs.
    """
    said = spec.model_dump(mode="json")
    holder, key = _place(said, path)
    holder[key] = value
    _agree(said, path)
    try:
        found = Spec.model_validate(said)
    except ValidationError:
        return None
    return None if contradictions(found) else found


def flipped(spec: Spec, flip: Flip) -> Spec | None:
    """The spec with a flip applied; strict bounds are passed by a factor of two."""
    value: Any = YAML(typ="safe", pure=True).load(flip.value)
    if flip.op in _BEYOND:
        number, unit = _split(flip.value)
        amount = number * _BEYOND[flip.op]
        if not unit and amount > 1:
            amount = round(amount)
        value = f"{amount:.6f}".rstrip("0").rstrip(".") + unit if unit else amount
    if flip.op in ("includes", "excludes"):
        said = spec.model_dump(mode="json")
        holder, key = _place(said, flip.path)
        kept = [one for one in holder.get(key) or () if one != flip.value]
        value = [*kept, flip.value] if flip.op == "includes" else kept
    if flip.path.startswith("assumptions.") or not isinstance(value, float):
        return changed(spec, flip.path, value)
    return changed(spec, flip.path, int(value) if value.is_integer() else value)


def _split(text: str) -> tuple[float, str]:
    """`60 s` -> 60 and ` s`."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise LookupError(f"{text} is no amount")
    return float(found[1]), found[2]


def _place(said: dict[str, Any], path: str) -> tuple[Any, Any]:
    """What holds the value at `path`, and under which key or index; sections that are left out are made."""
    holder: Any = said
    steps = [(match[1], match[2]) for match in _STEP.finditer(path)]
    for number, (key, item) in enumerate(steps):
        last = number == len(steps) - 1
        if item is None:
            if last:
                return holder, key
            if holder.get(key) is None:
                holder[key] = {}
            holder = holder[key]
            continue
        members = holder[key]
        index = int(item) if item.isdecimal() else next(i for i, one in enumerate(members) if one["id"] == item)
        if last:
            return members, index
        holder = members[index]
    raise LookupError(path)


def _agree(said: dict[str, Any], path: str) -> None:
    traffic, labels = said["workload"].get("traffic"), said["problem"].get("labels")
    feeding = next((one for one in said["sources"] if one.get("feeds") == "requests"), None)
    if path.startswith("sources[") and path.endswith(".rate") and traffic and feeding:
        traffic["peak"] = feeding["rate"]
        _traffic_agrees(traffic, path)
    if path.startswith("workload.traffic.") and traffic:
        _traffic_agrees(traffic, path)
        if feeding and traffic.get("peak") is not None:
            feeding["rate"] = traffic["peak"]
    if path.startswith("problem.labels.") and labels:
        _labels_agree(labels, path)
    if path.endswith(".delivery"):
        for source in said["sources"]:
            if source["delivery"] != "stream":
                source["feeds"] = None
            needed = {"stream": "rate", "cdc": "changes"}.get(source["delivery"])
            for field in ("rate", "changes", "record"):
                if field != needed and not (field == "record" and needed == "rate"):
                    source[field] = None
            if needed and source.get(needed) is None:
                source[needed] = "10/s"


def _traffic_agrees(traffic: dict[str, Any], path: str) -> None:
    if (
        traffic.get("average") is None
        or traffic.get("peak") is None
        or Rate(traffic["average"]) <= Rate(traffic["peak"])
    ):
        return
    other = "peak" if path.endswith(".average") else "average"
    traffic[other] = traffic["average" if other == "peak" else "peak"]


def _labels_agree(labels: dict[str, Any], path: str) -> None:
    rows, positives = labels.get("rows"), labels.get("positives")
    if rows is None or positives is None:
        return
    if float(Count(str(positives))) > float(Count(str(rows))):
        other = "rows" if path.endswith(".positives") else "positives"
        labels[other] = positives if other == "rows" else rows
