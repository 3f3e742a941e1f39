"""The plan for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 80
_MINUTE_MS = 60_000
_ASSUMED = "(assumed: {})"


def plan_text(said: Mapping[str, Any]) -> str:
    """Business, feasibility, decisions, sizing, time budget and topology, each under its heading."""
    lines = [*_business(said["business"]), "", *_feasibility(said["feasibility"]), "", *_heading("Decisions")]
    for number, decision in enumerate(said["decisions"], start=1):
        lines += [*_decision(number, decision), ""]
    if "unbuilt" in said:
        lines += _unbuilt(said["unbuilt"])
    if "sizing" in said:
        lines += _heading("Sizing")
    lines += _sizes(said.get("sizing", ()))
    if "latency_budget" in said:
        lines += ["", *_heading("Time"), *_time_budget(said["latency_budget"])]
    if "topology" in said:
        lines += ["", *_heading(f"Topology ({said['topology']['blueprint']})"), *_flows(said["topology"]["flows"])]
    else:
        lines += ["", "No blueprint builds this yet: a plan without a topology."]
    return "\n".join(lines)


def _heading(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _business(business: Mapping[str, Any]) -> list[str]:
    lines = _heading("Business")
    lines += _wrapped(f"{business['kpi']}", "")
    lines += _wrapped(f"-> {business['metric']}", "   ")
    if business["operating_point"]:
        lines += _wrapped(f"operating point: {business['operating_point']}", "   ")
    for step in business["steps"]:
        inputs = ", ".join(f"{name} {value:,.6g}" for name, value in step["inputs"].items())
        lines += _wrapped(
            f"{step['name']} = {step['formula']} = {step['result']:,.4g} {step['unit']}  [{inputs}]", "   "
        )
    if business["proof"]:
        lines += _wrapped(f"proved by: {business['proof']}", "   ")
    if business["guards"]:
        lines += _wrapped(f"guarded by: {', '.join(business['guards'])}", "   ")
    for condition in business["infeasible"]:
        lines += _wrapped(f"out of reach: {condition}", "   ")
    if business["assumed"]:
        lines += _wrapped(_ASSUMED.format(", ".join(business["assumed"])), "   ")
    if business["unused"]:
        lines += _wrapped(f"inputs without a use here: {', '.join(business['unused'])}", "   ")
    return lines


def _feasibility(feasibility: Mapping[str, Any]) -> list[str]:
    lines = _heading("Feasibility")
    lines += [f"{feasibility['verdict']}: {feasibility['score']:g} of 100"]
    for row in feasibility["criteria"]:
        assumed = f" {_ASSUMED.format(row['assumed'])}" if row["assumed"] else ""
        lines += _wrapped(f"{row['points']} of 4  {row['title']}: {row['found']}{assumed}", "   ")
        if row["way"]:
            lines += _wrapped(f"cheapest way: {row['way']}", "           ")
    for gate in feasibility["gates"]:
        if gate["result"] != "pass":
            lines += _wrapped(f"{gate['result'].upper()} {gate['id']}: {gate['found']}; {gate['way']}", "   ")
    return lines


def _decision(number: int, decision: Mapping[str, Any]) -> list[str]:
    lines = _wrapped(f"{number}. {decision['question']}", "")
    lines += _wrapped(f"-> {decision['choice']} ({decision['kind']}, {decision['confidence']})", "   ")
    for option, reason, figure, _ in decision["rejected"]:
        lines += _wrapped(f"not {option}: {reason} [{figure}]", "   ")
    if decision["flips_when"]:
        flips = " or ".join(f"{path} {op} {value}" for path, op, value in decision["flips_when"])
        lines += _wrapped(f"flips when {flips}", "   ")
    return lines


def _sizes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each size with its range, its formula and its inputs; of a formula that is repeated only what it has anew."""
    lines: list[str] = []
    before: Mapping[str, Any] = {}
    for row in rows:
        same = (row["component"], row["formula"]) == (before.get("component"), before.get("formula"))
        known = before["inputs"] if same else {}
        new = {key: value for key, value in row["inputs"].items() if key not in known}
        inputs = ", ".join(f"{key} {_figure(value)}" for key, value in new.items())
        said = "" if same else f"= {row['formula']}"
        lines += _wrapped(_size(row), "")
        lines += _wrapped("  ".join(part for part in (said, f"[{inputs}]" if inputs else "") if part), "   ")
        before = row
    return lines


def _size(row: Mapping[str, Any]) -> str:
    name = f"{row['component']}: {row['name'].replace('_', ' ')} = {row['value']:,} {row['unit']}"
    return f"{name}  [{row['low']:,} to {row['high']:,}]" if row["low"] != row["high"] else name


def _figure(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _unbuilt(problems: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the chosen cloud has no service for yet: generation refuses it for the same reasons."""
    lines = _heading("Not built on this cloud yet")
    for problem in problems:
        lines += _wrapped(problem["message"], "")
        if problem["hint"]:
            lines += _wrapped(problem["hint"], "   ")
    return lines


def _time_budget(hops: Iterable[Mapping[str, Any]]) -> list[str]:
    """Milliseconds of a request, or minutes of a batch."""
    steps = [(str(hop["hop"]), float(hop["p99_ms"])) for hop in hops]
    total = sum(ms for _, ms in steps)
    unit, size, smallest = ("ms", 1, "p99") if total < _MINUTE_MS else ("min", _MINUTE_MS, "window")
    lines = [f"{round(ms / size, 1):6g} {unit}  {hop}" for hop, ms in steps]
    return [*lines, f"{round(total / size, 1):6g} {unit}  sum, the smallest feasible {smallest}"]


def _flows(flows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"  {flow['step']:2}  {flow['source']} -> {flow['target']}  ({flow['kind']})" for flow in flows]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "   ")
