"""What is to be learnt and decided: the task, the data it needs, the labels there are, and what a decision does."""

from __future__ import annotations

from pydantic import Field

from archgen.spec.section import Flag, Section
from archgen.spec.units import Count, CountOrZero, Duration, DurationOrZero
from archgen.spec.words import (
    Automation,
    DataKind,
    Effect,
    Interpretability,
    Role,
    Subjects,
    Task,
)


class Labels(Section):
    """The truth on record that a model could learn from."""

    rows: CountOrZero | None = Field(default=None, description="Labelled rows on record.", examples=["260M"])
    positives: CountOrZero | None = Field(
        default=None, description="How many of the rows are of the rare class.", examples=["340k"]
    )
    series: Count | None = Field(default=None, description="Time series on record.", examples=[40_000])
    delay: DurationOrZero | None = Field(
        default=None, description="How long after a decision its truth is known.", examples=["90 days"]
    )
    history: Duration | None = Field(default=None, description="How far back the record goes.", examples=["36 months"])


class Impact(Section):
    """What a decision of the system does, to whom, and who takes it. Regulation follows from this."""

    effect: Effect = Field(description="What the decision does to its subject.", examples=["fraud-block"])
    automation: Automation = Field(
        description="advisory: a person decides; human-in-loop: a person confirms; automatic: the system decides.",
        examples=["automatic"],
    )
    subjects: Subjects = Field(description="Whom or what is decided about.", examples=["natural-persons"])
    role: Role = Field(
        default="deployer",
        description="The organisation's role under the EU AI Act: it places the system on the market (provider), "
        "uses it under its own authority (deployer, the default), or both.",
        examples=["deployer"],
    )
    profiling: Flag | None = Field(
        default=None,
        description="Whether people are profiled (GDPR Art. 4(4)). Left out means not stated, which is not a no.",
        examples=[True],
    )


class Problem(Section):
    """The learning problem."""

    task: Task = Field(description="What the model is to do.", examples=["fraud-detection"])
    data: DataKind = Field(description="What the model looks at.", examples=["tabular"])
    labels: Labels | None = Field(default=None, description="The labels on record; left out if there are none.")
    interpretability: Interpretability = Field(
        default="none",
        description="What has to come with an answer: nothing (the default), reason codes, or citations.",
        examples=["reason-codes"],
    )
    decision: Impact = Field(description="What a decision does, to whom, and who takes it.")
