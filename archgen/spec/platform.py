"""Where the system is to run and what is there already."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from archgen.spec.section import Id, Identifier, Region, Section
from archgen.spec.words import (
    Callers,
    Cloud,
    Connection,
    Environment,
    Gateway,
    LandingZone,
    NetworkMode,
)


class Network(Section):
    """Whether there is a network already, and how it is reached."""

    mode: NetworkMode = Field(
        default="create",
        description="create (the default): make one; existing: its ids are given at deployment.",
        examples=["create"],
    )
    connect: Connection = Field(
        default="none", description="How it reaches the client's own network; default none.", examples=["hub"]
    )
    callers: Callers = Field(
        default="routed",
        description="How callers reach the service: routed (the default), over the networks' routes; private-link:"
        " through an endpoint in the caller's own network that leads to the service and nowhere else.",
        examples=["private-link"],
    )


class Platform(Section):
    """The cloud and the client's choices in it."""

    cloud: Cloud = Field(description="The cloud, or `recommend` to have one recommended.", examples=["aws"])
    region: Region | None = Field(
        default=None,
        description="The cloud's name of the region; may be left out only with `cloud: recommend`.",
        examples=["eu-west-1"],
    )
    environments: tuple[Environment, ...] = Field(
        default=("dev", "staging", "prod"),
        description="The stacks to make, prod among them; default all three.",
        examples=[["dev", "prod"]],
    )
    network: Network = Field(default=Network(), description="The network that everything lies in.")
    landing_zone: LandingZone = Field(
        default="none",
        description="existing: a landing zone owns the account-wide guard rails; default none.",
        examples=["existing"],
    )
    gateway: Gateway = Field(
        default="none",
        description="The API gateway in front: none (the default), the cloud's own, or a product that is there.",
        examples=["kong"],
    )
    services: Mapping[Id, Identifier] = Field(
        default={},
        description="Pins a service to a role, instead of letting the choice be made.",
        examples=[{"event-stream": "kafka_cluster"}],
    )
