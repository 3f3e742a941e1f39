"""How much is asked of the system, how fast and how reliably."""

from __future__ import annotations

from pydantic import Field

from archgen.spec.amounts import TimeOfDay
from archgen.spec.section import Section, TimeZone
from archgen.spec.units import (
    Availability,
    Count,
    Duration,
    DurationOrZero,
    Growth,
    Rate,
    ShareOrZero,
    Size,
)
from archgen.spec.words import Days, Isolation, Mode, Training


class Traffic(Section):
    """How many requests arrive."""

    peak: Rate = Field(description="Requests at the busiest moment of today.", examples=["10000/s"])
    average: Rate | None = Field(default=None, description="Requests averaged over a month.", examples=["3500/s"])
    growth: Growth = Field(
        default=Growth("0%/year"),
        description="How the load changes within a year; default none.",
        examples=["20%/year"],
    )


class Latency(Section):
    """How long a caller may wait, measured at the service's own edge. At least one of the two is needed online."""

    p99: Duration | None = Field(
        default=None, description="Time within which 99 of 100 answers are complete.", examples=["100 ms"]
    )
    first_token_p95: Duration | None = Field(
        default=None, description="Time within which 95 of 100 generated answers have begun.", examples=["2 s"]
    )


class Recovery(Section):
    """What a disaster may cost. Neither bounds the other: the two answer different questions."""

    rto: Duration = Field(description="Time until the service is back.", examples=["15 min"])
    rpo: DurationOrZero = Field(description="Time whose data may be lost; `0 s` for none.", examples=["1 min"])


class Models(Section):
    """How many models there are, and how often they change."""

    count: Count = Field(default=Count(1), description="Models in service at once; default 1.", examples=[2])
    releases: Rate = Field(
        default=Rate("4/year"), description="New versions of each model; default 4/year.", examples=["12/year"]
    )
    training: Training = Field(
        default="here",
        description="Whether models are trained on this platform (here, the default) or brought (elsewhere).",
        examples=["here"],
    )


class Batch(Section):
    """A run that makes all answers at once. `done_by` may lie after midnight."""

    rows: Count = Field(description="Rows that one run scores.", examples=["2.4M"])
    starts: TimeOfDay = Field(description="When the input is complete and the run may start.", examples=["01:00"])
    done_by: TimeOfDay = Field(description="When the answers have to be delivered.", examples=["05:00"])
    time_zone: TimeZone = Field(
        default="UTC",
        description="IANA time zone of all times of day in this spec; default UTC.",
        examples=["Europe/Berlin"],
    )
    days: Days = Field(default="daily", description="On which days it runs; default daily.", examples=["daily"])
    horizon: Duration | None = Field(default=None, description="How far ahead a forecast looks.", examples=["28 days"])

    @property
    def window(self) -> Duration:
        """Time between `starts` and the next `done_by`."""
        return Duration(f"{self.starts.minutes_until(self.done_by)} min")


class Tokens(Section):
    """What one generated answer reads and writes."""

    input: Count = Field(description="Tokens read for one answer, on average.", examples=[6000])
    output: Count = Field(description="Tokens written for one answer, on average.", examples=[350])
    cache_hit: ShareOrZero = Field(
        default=ShareOrZero("0%"),
        description="Share of the input that a prompt cache holds; default none.",
        examples=["40%"],
    )


class Tenants(Section):
    """How many clients of the client share the system, and how they are kept apart."""

    count: Count = Field(description="How many tenants there are.", examples=[60])
    isolation: Isolation = Field(description="What separates one tenant's data from another's.", examples=["row"])


class Workload(Section):
    """The load and the promises made about it."""

    mode: Mode = Field(
        description="online: somebody waits for each answer (traffic and latency are needed); "
        "batch: all answers are made in one run (batch is needed).",
        examples=["online"],
    )
    traffic: Traffic | None = Field(default=None, description="The online load.")
    latency: Latency | None = Field(default=None, description="How long an online caller may wait.")
    batch: Batch | None = Field(default=None, description="The batch run.")
    payload: Size | None = Field(default=None, description="Size of one request.", examples=["2 KB"])
    availability: Availability = Field(
        default=Availability("99.9%"),
        description="Share of a month in which the service answers (batch: share of runs in time); default 99.9%.",
    )
    recovery: Recovery | None = Field(default=None, description="What a disaster may cost.")
    models: Models = Field(default=Models(), description="The models that are served.")
    tokens: Tokens | None = Field(default=None, description="What one generated answer reads and writes.")
    tenants: Tenants | None = Field(default=None, description="Clients of the client that share the system.")
