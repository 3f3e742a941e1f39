"""The whole spec, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from archgen.spec.amounts import Money
from archgen.spec.estate import Consumer, Features, Source
from archgen.spec.governance import Governance
from archgen.spec.objective import Objective, Owner
from archgen.spec.platform import Platform
from archgen.spec.problem import Problem
from archgen.spec.section import Assumed, Id, Identifier, Section, Text, Version, Whole
from archgen.spec.workload import Workload

_SOURCE = {"id": "authorisations", "system": "kafka", "delivery": "stream", "rate": "10000/s", "data": ["token"]}
_CONSUMER = {"id": "payments-gateway", "system": "rest", "pattern": "sync"}


class Team(Section):
    """The people who will run it."""

    skills: tuple[Id, ...] = Field(default=(), description="What they know.", examples=[["sql", "python", "ml"]])
    in_production: Annotated[Whole, Field(ge=0, le=100_000)] = Field(
        default=0, description="Models they have in production today; default 0.", examples=[2]
    )


class Budget(Section):
    """What it may cost."""

    monthly: Money = Field(description="Cost of the cloud in a month of production.")


class Spec(Section):
    """A business requirement for an AI or ML system, from which archgen derives an architecture."""

    archgen: Version = Field(description="Version of this format.", examples=[1])
    name: Id = Field(description="Short name of the system; resources are named after it.", examples=["payments-fraud"])
    title: Text | None = Field(
        default=None,
        description="Name for people; left out: the short name.",
        examples=["Real-time card fraud detection"],
    )
    owner: Owner | None = Field(default=None, description="Who answers for the system.")
    objective: Objective = Field(description="What the business wants.")
    problem: Problem = Field(description="What is to be learnt and decided.")
    workload: Workload = Field(description="How much is asked of the system, how fast and how reliably.")
    sources: tuple[Source, ...] = Field(min_length=1, description="Systems that data comes from.", examples=[[_SOURCE]])
    features: Features = Field(default=Features(), description="Features that are looked up while a caller waits.")
    consumers: tuple[Consumer, ...] = Field(
        min_length=1, description="Systems that get the answers.", examples=[[_CONSUMER]]
    )
    governance: Governance = Field(default=Governance(), description="The rules that the system is under.")
    platform: Platform = Field(description="Where it is to run and what is there already.")
    team: Team | None = Field(default=None, description="The people who will run it.")
    budget: Budget | None = Field(default=None, description="What it may cost.")
    assumptions: Mapping[Identifier, Assumed] = Field(
        default={}, description="Replaces defaults by their ids.", examples=[{"staging_scale": 0.25}]
    )

    @property
    def online(self) -> bool:
        """Whether somebody waits for each answer."""
        return self.workload.mode == "online"

    @property
    def request_source(self) -> Source | None:
        """The stream that is the online load itself, if there is one."""
        return next((source for source in self.sources if source.feeds == "requests"), None)


def spec_hash(spec: Spec) -> str:
    """SHA-256 (hex) of what the spec says: defaults are filled in; comments, key order and layout do not matter."""
    said = json.dumps(spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
