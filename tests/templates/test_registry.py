"""Whatever lies in `templates/` keeps the contract of its kind: nothing is listed, so everything is checked."""

from __future__ import annotations

import importlib
import typing

import pulumi
import pytest

from archgen import registry
from archgen.blueprints import Blueprint, blueprints
from archgen.services import Service
from archgen.services.catalogue import clouds, component_source, folder, services
from archgen.testing import blueprint_faults, service_faults
from archgen.testing.contract import SDKS

ALL = [
    pytest.param(cloud, service, id=f"{cloud}-{service.id}")
    for cloud in clouds()
    for service in services(cloud).values()
]


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_a_service_keeps_the_contract_of_its_kind(cloud: str, service: Service) -> None:
    assert service_faults(cloud, service) == ()


@pytest.mark.parametrize("blueprint", blueprints(), ids=lambda blueprint: blueprint.id)
def test_a_blueprint_keeps_the_contract_of_its_kind(blueprint: Blueprint) -> None:
    assert blueprint_faults(blueprint) == ()


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_optional_ports_are_optional_arguments_by_their_annotation(cloud: str, service: Service) -> None:
    pytest.importorskip(SDKS[cloud])
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
def test_a_service_says_so_where_its_component_takes_of_quotas(cloud: str, service: Service) -> None:
    text = (folder(cloud, service.id) / "component.py").read_text(encoding="utf-8")
    assert service.limited == ("self.quotas = " in text), "or nobody asks for them"


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_no_component_file_is_longer_than_a_reader_can_hold(cloud: str, service: Service) -> None:
    for path in sorted(folder(cloud, service.id).glob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_no_package_marker_hides_a_templates_folder() -> None:
    for place in registry.folders("templates"):
        assert not [path for path in place.rglob("__init__.py") if not {"app", "parts"} & set(path.parts)]
