"""What a service or a blueprint has to be by itself, before any spec is designed with it."""

from __future__ import annotations

import ast
import pathlib
import sys
from collections.abc import Iterator

from archgen import registry
from archgen.blueprints.catalogue import Blueprint
from archgen.errors import TemplateError
from archgen.pictures.icons import icon_path
from archgen.proof import Finding
from archgen.services import Service
from archgen.services.catalogue import component_source, facts, folder

CONFIDENCES = ("verified", "documented", "judgement", "memory")
"""How sure a fact is, from what was tried to what was only remembered."""
SDKS = {"aws": "pulumi_aws", "gcp": "pulumi_gcp", "azure": "pulumi_azure_native"}
_IMPURE = frozenset({"http", "os", "random", "secrets", "socket", "subprocess", "time", "urllib", "uuid"})
"""Modules by which a design would depend on more than its spec."""
_BESIDE_COMPONENTS = ("contracts", "hardened")


def service_faults(cloud: str, service: Service) -> tuple[Finding, ...]:
    """What is wrong with the folder of a service.

    Raises `TemplateError` where it cannot be read at all; see `archgen.services.catalogue`.
    """
    return (
        *_impure(folder(cloud, service.id) / "service.py"),
        *_ports(cloud, service),
        *_component_imports(cloud, service),
        *_said_in_component(cloud, service),
        *_facts(cloud, service),
    )


def blueprint_faults(blueprint: Blueprint) -> tuple[Finding, ...]:
    """What is wrong with the folder of a blueprint."""
    return tuple(_impure(blueprint.folder / "blueprint.py"))


def fault(rule: str, message: str, path: pathlib.Path | None = None, line: int | None = None) -> Finding:
    """A finding about a file of whoever offers the service or the blueprint."""
    return Finding(rule=rule, severity="error", message=message, file=str(path) if path else None, line=line)


def _impure(path: pathlib.Path) -> Iterator[Finding]:
    for line, module in registry.imports(path):
        top = module.partition(".")[0]
        if registry.of_sdk(module):
            yield fault("imports-sdk", f"it imports {module}: designing has to do without an SDK", path, line)
        if top in _IMPURE:
            yield fault("not-pure", f"it imports {module}: a design depends on its spec alone", path, line)


def _ports(cloud: str, service: Service) -> Iterator[Finding]:
    path, source = folder(cloud, service.id) / "component.py", component_source(cloud, service.id)
    for port in service.ports:
        if port.argument is None:
            continue
        if port.argument not in source.arguments:
            message = f"port '{port.argument}' ({port.kind}) is no argument of {service.class_name}Args"
            yield fault("port-argument", message, path, source.line)
        elif port.optional and source.arguments[port.argument]:
            message = f"port '{port.argument}' is optional, and the argument has no default"
            yield fault("port-argument", message, path, source.line)


def _component_imports(cloud: str, service: Service) -> Iterator[Finding]:
    """A component imports what every project has, and no other component: each can be replaced."""
    allowed = sys.stdlib_module_names | {"__future__", "pulumi", SDKS.get(cloud, f"pulumi_{cloud}")}
    place = folder(cloud, service.id)
    for path in sorted(place.rglob("*.py")):
        inside = path.relative_to(place).parts
        if "app" in inside or inside == ("service.py",):
            continue
        for line, module in registry.imports(path):
            name = module.lstrip(".")
            dots = len(module) - len(name)
            top = name.partition(".")[0]
            beyond = dots > len(inside) and top not in _BESIDE_COMPONENTS
            if beyond or (not dots and top not in allowed):
                expected = f"the standard library, pulumi, {SDKS.get(cloud, 'the SDK')}, ..contracts and ..hardened"
                yield fault("component-imports", f"it imports {module}; expected {expected}", path, line)


def _said_in_component(cloud: str, service: Service) -> Iterator[Finding]:
    path, line = folder(cloud, service.id) / "component.py", component_source(cloud, service.id).line
    text = path.read_text(encoding="utf-8")
    token = f"archgen:{cloud}:{service.class_name}"
    if f'"{token}"' not in text:
        message = f'its type token is not "{token}", and the token is in every URN'
        yield fault("type-token", message, path, line)
    for name in sorted(set(service.exports) - _attributes(path)):
        yield fault("export", f"'{name}' is exported, and the component never sets it", path, line)


def _attributes(path: pathlib.Path) -> set[str]:
    """What is set on `self`, or is a property."""
    found = set()
    for node in ast.walk(registry.parsed(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef) and node.decorator_list:
            found.add(node.name)
    return found


def _facts(cloud: str, service: Service) -> Iterator[Finding]:
    path, known = folder(cloud, service.id) / "service.yaml", facts(cloud, service.id)
    if known["icon"] != "none":
        try:
            icon_path(known["icon"])
        except TemplateError as error:
            yield fault("unknown-icon", error.problems[0].message, path)
    for row in (*(known.get("limits") or ()), *(known.get("quotas") or ())):
        name = row.get("id") or row.get("name") or "a fact"
        if missing := [key for key in ("text", "source", "date", "confidence") if not row.get(key)]:
            yield fault("fact-without-source", f"'{name}' lacks {', '.join(missing)}", path)
        elif row["confidence"] not in CONFIDENCES:
            expected = ", ".join(CONFIDENCES)
            yield fault("fact-confidence", f"'{name}': found '{row['confidence']}', expected {expected}", path)
