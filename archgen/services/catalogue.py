"""The services found in `templates/<cloud>/`, and what their components declare. Nothing is listed, no SDK imported."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from archgen import registry
from archgen.services.service import Region, Service
from archgen.spec import countries_of


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

    def regions_within(self, residency: Sequence[str]) -> list[str]:
        """The regions that lie in one of these territories; all of them where none is named."""
        countries = frozenset[str]().union(*(countries_of(territory) for territory in residency))
        return [name for name, facts in self.regions.items() if not residency or facts["country"] in countries]

    def second_region(self, name: str, residency: Sequence[str]) -> str | None:
        """Where copies go that have to outlive a region: the usual one, if data may be kept there, else the first that
        it may be kept in. None where there is no other. Source: `second_regions` in `cloud.yaml`.
        """
        usual = [row["second"] for row in self.facts.get("second_regions") or () if row["region"] == name]
        within = [other for other in self.regions_within(residency) if other != name] if residency else []
        return next((other for other in (*usual, *within) if not residency or other in within), None)

    def region(self, name: str) -> Region:
        """Raises `KeyError` for a region that the cloud does not have."""
        return Region(name=name, zones=tuple(self.regions[name]["zones"]))


@dataclass(frozen=True, kw_only=True)
class ComponentSource:
    """What is read from a `component.py` without importing it.

    `arguments`: argument -> whether it is required; `annotations`: argument -> its annotation, as written; `names`:
    each name of the module that is imported or a class of its own -> (module, name), the name None for a whole module.
    A module of the project begins with its dots. `line` is where the component class begins.
    """

    arguments: Mapping[str, bool]
    annotations: Mapping[str, str]
    names: Mapping[str, tuple[str, str | None]]
    line: int


@cache
def clouds() -> Mapping[str, Cloud]:
    """The clouds that templates exist for, by id."""
    found = {}
    for path in registry.files("templates", "*/cloud.yaml"):
        facts = registry.facts_in(path)
        found[path.parent.name] = Cloud(id=path.parent.name, title=facts["title"], facts=facts)
    return found


@cache
def services(cloud: str) -> Mapping[str, Service]:
    """Every service of a cloud by id, sorted.

    Raises `TemplateError` for a module that cannot be loaded, has no service or one of another id, and for an id that
    two folders have.
    """
    found: dict[str, Service] = {}
    for path in registry.files("templates", f"{cloud}/*/service.py"):
        service = getattr(registry.load(path), "SERVICE", None)
        if not isinstance(service, Service):
            raise registry.fault(path, "no-service", "it has no SERVICE", expected="SERVICE, a Service of archgen")
        if service.id != path.parent.name:
            raise registry.fault(path, "service-id", f"id '{service.id}'", expected=f"'{path.parent.name}'")
        found[service.id] = service
    return dict(sorted(found.items()))


@cache
def facts(cloud: str, service: str) -> Mapping[str, Any]:
    """What `service.yaml` says: title, icon, limits, quotas, links. Raises `TemplateError` without title or icon."""
    path = folder(cloud, service) / "service.yaml"
    said = registry.facts_in(path)
    if not said.get("icon"):
        raise registry.fault(path, "facts", "it has no icon", expected="an icon of the diagrams package, or `none`")
    return said


def folder(cloud: str, service: str) -> pathlib.Path:
    """The folder of a service, wherever it was installed from."""
    return registry.find("templates", f"{cloud}/{service}")


@cache
def component_source(cloud: str, service: str) -> ComponentSource:
    """The arguments of a service's component, by `ast`. Raises `TemplateError` when its classes are missing."""
    path = folder(cloud, service) / "component.py"
    class_name = services(cloud)[service].class_name
    body = registry.parsed(path).body
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    if missing := {class_name, f"{class_name}Args"} - set(classes):
        raise registry.fault(path, "component-class", f"no class {', '.join(sorted(missing))}")
    fields = {
        field.target.id: field
        for field in classes[f"{class_name}Args"].body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }
    return ComponentSource(
        arguments={name: field.value is None for name, field in fields.items()},
        annotations={name: ast.unparse(field.annotation) for name, field in fields.items()},
        names={name: (".component", name) for name in classes} | dict(_imported(body)),
        line=classes[class_name].lineno,
    )


def _imported(body: Sequence[ast.stmt]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in body:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((each.asname or each.name, (module, each.name)) for each in node.names)
        elif isinstance(node, ast.Import):
            yield from ((each.asname or each.name, (each.name, None)) for each in node.names)
