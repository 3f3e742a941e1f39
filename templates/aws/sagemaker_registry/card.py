"""The model card: what a model is for, what its decisions do and how much may go wrong, as the design knows it.

It begins as a draft with what does not depend on a version. What does (figures, data, groups compared) lies in the
reports of each version, and a person takes both over before the first approval.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

RATINGS: Mapping[str, str] = {"prohibited": "High", "high": "High", "limited": "Medium", "minimal": "Low"}
"""Class under the EU AI Act -> risk rating of a card. Source: own choice; a card knows four ratings and no law."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Each in words that a design has for it, never in free text."""

    task: str
    effect: str
    """What a decision does to whom it is about."""
    automation: str
    """`automatic`, `human-in-loop` or `advisory`."""
    subjects: str
    risk: str
    """Class under the EU AI Act, or `out of scope`."""
    bias_compared: bool
    """Whether groups are compared before a version is registered."""


def model_card(
    name: str, group_name: pulumi.Input[str], purpose: Purpose, platform: Platform, parent: pulumi.Resource
) -> aws.sagemaker.ModelCard:
    """The card of a group of versions, as a draft under the client's key."""
    content = pulumi.Output.from_input(group_name).apply(
        lambda group: json.dumps(_content(purpose, group), sort_keys=True)
    )
    return aws.sagemaker.ModelCard(
        name,
        model_card_name=f"{platform.name}-{name}",
        model_card_status="Draft",
        content=content,
        security_config=aws.sagemaker.ModelCardSecurityConfigArgs(kms_key_id=platform.keys.data),
        # What people add and approve is theirs: a later deployment must not make it a draft again.
        opts=pulumi.ResourceOptions(
            parent=parent, protect=platform.protected, ignore_changes=["content", "modelCardStatus"]
        ),
    )


def _content(purpose: Purpose, group: str) -> Mapping[str, object]:
    """Source: JSON schema of model cards, SageMaker developer guide."""
    return {
        "model_overview": {
            "model_description": f"Versions of {group}; algorithm, data and figures are those of each version",
            "problem_type": purpose.task,
        },
        "intended_uses": {
            "purpose_of_model": f"{purpose.task}: {_automation(purpose)}",
            "intended_uses": f"Decisions whose effect is: {purpose.effect}; about: {purpose.subjects}",
            "factors_affecting_model_efficiency": "Drift of scores and features, and labels that come late: both are "
            "watched, see the monitoring of this platform",
            "risk_rating": RATINGS.get(purpose.risk, "Unknown"),
            "explanations_for_risk_rating": f"EU AI Act, pre-assessment by the design: {purpose.risk}; a lawyer has to "
            "confirm it",
        },
        "additional_information": {
            "ethical_considerations": _fairness(purpose),
            "caveats_and_recommendations": "A version is served only after a person has approved it; not meant for "
            "decisions of another effect or about others than named here",
            "custom_details": {"model package group": group},
        },
    }


def _automation(purpose: Purpose) -> str:
    said = {
        "advisory": "a person decides and sees the answer",
        "automatic": "the system decides",
        "human-in-loop": "a person confirms each decision",
    }
    return said[purpose.automation]


def _fairness(purpose: Purpose) -> str:
    if purpose.bias_compared:
        return "Error rates of groups are compared before a version is registered, and in operation where labels come"
    return "No groups of people are compared"
