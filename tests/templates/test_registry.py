"""Whatever lies in `templates/` keeps the contract of its kind: nothing is listed, so everything is checked."""

from __future__ import annotations

import ast
import importlib
import pathlib
import typing
from importlib.metadata import distribution

import pulumi
import pytest

from archgen import registry
from archgen.services import Service
from archgen.services.catalogue import clouds, component_source, facts, folder, services

SDK = {"aws": "pulumi_aws", "gcp": "pulumi_gcp", "azure": "pulumi_azure_native"}
ALL = [
    pytest.param(cloud, service, id=f"{cloud}-{service.id}")
    for cloud in clouds()
    for service in services(cloud).values()
]
CONFIDENCES = ("verified", "documented", "judgement", "memory")


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_ports_are_arguments_of_the_component(cloud: str, service: Service) -> None:
    declared = component_source(cloud, service.id).arguments
    for port in service.ports:
        assert port.argument is None or port.argument in declared, port
        assert not (port.optional and declared[str(port.argument)]), f"{port.argument} is optional and has no default"


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_optional_ports_are_optional_arguments_by_their_annotation(cloud: str, service: Service) -> None:
    pytest.importorskip(SDK[cloud])
    module = importlib.import_module(f"templates.{cloud}.{service.id}.component")
    # `pulumi.Input` names `Output` in quotes, which only its own module knows.
    hints = typing.get_type_hints(
        getattr(module, f"{service.class_name}Args"), localns={"Output": pulumi.Output, "T": typing.Any}
    )
    assert set(hints) == set(component_source(cloud, service.id).arguments)
    for port in service.ports:
        if port.argument is not None and not port.many:
            assert port.optional == (type(None) in typing.get_args(hints[port.argument])), port


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_a_component_imports_no_other_component(cloud: str, service: Service) -> None:
    sdk = SDK[cloud]
    for path in sorted(folder(cloud, service.id).rglob("*.py")):
        if "app" in path.parts or path.name == "service.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                assert (node.module or "").split(".")[0] in ("contracts", "hardened"), path
            names = [n.name for n in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for name in names:
                top = name.split(".")[0]
                assert top in (*_standard_library(), "pulumi", sdk), f"{path}: {name}"


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_exports_are_attributes_of_the_component(cloud: str, service: Service) -> None:
    text = (folder(cloud, service.id) / "component.py").read_text(encoding="utf-8")
    assert not [name for name in service.exports if f"self.{name} = " not in text]


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_a_type_token_names_cloud_and_class(cloud: str, service: Service) -> None:
    text = (folder(cloud, service.id) / "component.py").read_text(encoding="utf-8")
    assert f'"archgen:{cloud}:{service.class_name}"' in text


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_facts_carry_their_source_and_an_icon_or_none(cloud: str, service: Service) -> None:
    known = facts(cloud, service.id)
    assert known["title"]
    assert known["icon"], "an icon of the diagrams package, or `none`"
    if known["icon"] != "none":
        icon = pathlib.Path(str(distribution("diagrams").locate_file(f"resources/{known['icon']}")))
        assert icon.is_file(), known["icon"]
    for row in (*(known.get("limits") or ()), *(known.get("quotas") or ())):
        assert row["source"] and row["date"] and row["text"], row
        assert row["confidence"] in CONFIDENCES, row


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_no_component_file_is_longer_than_a_reader_can_hold(cloud: str, service: Service) -> None:
    for path in sorted(folder(cloud, service.id).glob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_no_package_marker_hides_a_templates_folder() -> None:
    for place in registry.folders("templates"):
        assert not [path for path in place.rglob("__init__.py") if not {"app", "parts"} & set(path.parts)]


def _standard_library() -> frozenset[str]:
    import sys

    return sys.stdlib_module_names | {"__future__"}
