from __future__ import annotations

import pytest

from archgen.errors import TemplateError
from archgen.pictures.diagrams_program import icon_class
from archgen.pictures.icons import icon_path, icon_uri
from archgen.pictures.style import style
from archgen.services.catalogue import clouds, facts, services

SERVICES = [(cloud, service) for cloud in clouds() for service in services(cloud)]


@pytest.mark.parametrize(("cloud", "service"), SERVICES)
def test_every_service_names_an_icon_that_exists_or_says_that_there_is_none(cloud: str, service: str) -> None:
    icon = facts(cloud, service).get("icon")
    assert icon, f"{service}: service.yaml has neither `icon: <path>` nor `icon: none`"
    assert icon == "none" or icon_path(icon).is_file()


@pytest.mark.parametrize("cloud", ["aws", "gcp", "azure"])
def test_every_icon_that_a_style_names_exists(cloud: str) -> None:
    look = style(cloud)
    icons = [row["icon"] for row in look.systems.values() if "icon" in row]
    assert all(icon_path(icon).is_file() for icon in [*icons, *look.shapes["icons"]])


@pytest.mark.parametrize("cloud", ["aws", "gcp", "azure"])
def test_every_icon_with_a_native_shape_has_a_colour_where_the_shape_takes_one(cloud: str) -> None:
    look = style(cloud)
    for icon in look.shapes["icons"]:
        native = look.native(icon)
        assert native is not None and "{" not in native
    assert look.native("onprem/queue/kafka.png") is None


def test_an_icon_that_does_not_exist_is_named() -> None:
    with pytest.raises(TemplateError, match=r"aws/ml/crystal-ball\.png"):
        icon_path("aws/ml/crystal-ball.png")


def test_icons_are_embedded_as_they_come() -> None:
    assert icon_uri("aws/ml/bedrock.png").startswith("data:image/png;base64,iVBOR")


def test_the_class_that_draws_an_icon() -> None:
    assert icon_class("aws/analytics/kinesis-data-streams.png") == ("diagrams.aws.analytics", "KinesisDataStreams")
    assert icon_class(None) == ("diagrams.generic.blank", "Blank")
