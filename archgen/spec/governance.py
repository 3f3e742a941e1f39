"""The rules that the system is under."""

from __future__ import annotations

from pydantic import Field

from archgen.spec.section import Section, Territory
from archgen.spec.units import Duration
from archgen.spec.words import Framework, Transfer


class Retention(Section):
    """How long each kind of data is kept; what is left out takes the default of its kind."""

    raw: Duration | None = Field(default=None, description="Data as it arrived.", examples=["400 days"])
    features: Duration | None = Field(default=None, description="Features made of it.", examples=["13 months"])
    decisions: Duration | None = Field(default=None, description="Decisions and their reasons.", examples=["7 years"])
    audit: Duration | None = Field(default=None, description="Who did what.", examples=["1 year"])


class Governance(Section):
    """Frameworks, places and times."""

    frameworks: tuple[Framework, ...] = Field(
        default=(), description="Regulations and standards that have to be met.", examples=[["pci-dss", "gdpr"]]
    )
    residency: tuple[Territory, ...] = Field(
        default=(), description="Where data may be kept and processed; empty: anywhere.", examples=[["eu"]]
    )
    data_subjects: tuple[Territory, ...] = Field(
        default=(), description="Where the people live whose data it is.", examples=[["eu"]]
    )
    transfer: Transfer = Field(
        default="none",
        description="Ground on which data of people in the EEA is kept outside it only: none (the default), an "
        "adequacy decision (GDPR Art. 45) or appropriate safeguards (GDPR Art. 46).",
        examples=["safeguards"],
    )
    retention: Retention = Field(default=Retention(), description="How long data is kept.")
