"""The services found in `templates/<cloud>/`, and what their components declare. Nothing is listed, no SDK imported."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from archgen import registry
from archgen.errors import Problem, TemplateError
from archgen.services.service import Region, Service


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """What `cloud.yaml` says: regions, provider pins, grant types, and how a stack file names region and tags."""

    id: str
    title: str
    facts: Mapping[str, Any]

    @property
    def regions(self) -> Mapping[str, Mapping[str, Any]]:
        """Facts of each region, by its name."""
        return {region["name"]: region for region in self.facts["regions"]}

    def region(self, name: str) -> Region:
        """Raises `KeyError` for a region that the cloud does not have."""
        return Region(name=name, zones=tuple(self.regions[name]["zones"]))


@dataclass(frozen=True, kw_only=True)
class ComponentSource:
    """What is read from a `component.py` without importing it: argument -> required, and where the class begins."""

    arguments: Mapping[str, bool]
    line: int


@cache
def clouds() -> Mapping[str, Cloud]:
    """The clouds that templates exist for, by id."""
    found = {}
    for path in registry.files("templates", "*/cloud.yaml"):
        facts = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        found[path.parent.name] = Cloud(id=path.parent.name, title=facts["title"], facts=facts)
    return found


@cache
def services(cloud: str) -> Mapping[str, Service]:
    """Every service of a cloud by id, sorted. Raises `TemplateError` for a module without one or with another id."""
    found: dict[str, Service] = {}
    for path in registry.files("templates", f"{cloud}/*/service.py"):
        service = getattr(registry.load(path), "SERVICE", None)
        if not isinstance(service, Service):
            raise TemplateError(Problem(id="no-service", file=str(path), message="it has no SERVICE"))
        if service.id != path.parent.name:
            raise TemplateError(
                Problem(id="service-id", file=str(path), message=f"id '{service.id}'", expected=f"'{path.parent.name}'")
            )
        found[service.id] = service
    return dict(sorted(found.items()))


@cache
def facts(cloud: str, service: str) -> Mapping[str, Any]:
    """What `service.yaml` says: title, icon, limits, quotas, links."""
    path = registry.find("templates", f"{cloud}/{service}/service.yaml")
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def folder(cloud: str, service: str) -> pathlib.Path:
    """The folder of a service, wherever it was installed from."""
    return registry.find("templates", f"{cloud}/{service}")


@cache
def component_source(cloud: str, service: str) -> ComponentSource:
    """The arguments of a service's component, by `ast`. Raises `TemplateError` when its classes are missing."""
    path = folder(cloud, service) / "component.py"
    class_name = services(cloud)[service].class_name
    classes = {
        node.name: node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)
    }
    if missing := {class_name, f"{class_name}Args"} - set(classes):
        raise TemplateError(
            Problem(id="component-class", file=str(path), message=f"no class {', '.join(sorted(missing))}")
        )
    arguments = {
        field.target.id: field.value is None
        for field in classes[f"{class_name}Args"].body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
    return ComponentSource(arguments=arguments, line=classes[class_name].lineno)
