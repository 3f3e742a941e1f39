"""The systems around: where data comes from, the features made of it, and who gets the answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from archgen.spec.amounts import TimeOfDay
from archgen.spec.section import ComponentId, Flag, Id, Section, Whole
from archgen.spec.units import Count, Duration, Rate, Share, Size
from archgen.spec.words import DataClass, Delivery, Feeds, Pattern, System, Use


class Source(Section):
    """A system that data comes from. How much it hands over is said by the fields that its delivery has a use for."""

    id: ComponentId = Field(description="Its name, unique among sources and consumers.", examples=["core-banking"])
    system: System = Field(description="The product or kind of interface.", examples=["kafka"])
    delivery: Delivery = Field(description="How it hands its data over.", examples=["stream"])
    rate: Rate | None = Field(
        default=None, description="Records of a stream at the busiest moment.", examples=["10000/s"]
    )
    record: Size | None = Field(default=None, description="Size of one record.", examples=["1 KB"])
    size: Size | None = Field(
        default=None, description="All the data (cdc, on-demand) or the data of one delivery.", examples=["1.2 TB"]
    )
    changes: Rate | None = Field(
        default=None, description="Changed rows of a cdc source at the busiest moment.", examples=["300/s"]
    )
    documents: Count | None = Field(default=None, description="Documents it holds.", examples=["1.8M"])
    pages: Count | None = Field(default=None, description="Pages of all the documents.", examples=["900k"])
    data: tuple[DataClass, ...] = Field(
        min_length=1, description="Classes of the data as it arrives, most sensitive first.", examples=[["pan", "pii"]]
    )
    use: Use = Field(
        default="features",
        description="What it is for: features (the default), labels, or the corpus to answer from.",
        examples=["labels"],
    )
    feeds: Feeds | None = Field(
        default=None, description="requests: this stream is the online load itself.", examples=["requests"]
    )


class Features(Section):
    """Features that are looked up while a caller waits. Left out: the request carries all that the model needs."""

    online: Flag = Field(
        default=False, description="Whether features are looked up for each request; default false.", examples=[True]
    )
    entities: tuple[Id, ...] = Field(
        default=(), description="The things that features describe.", examples=[["card", "merchant", "device"]]
    )
    reads: Annotated[Whole, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Look-ups for one request; left out: one for each entity.", examples=[3]
    )
    freshness: Duration | None = Field(
        default=None, description="How old a feature may be when it is read.", examples=["2 s"]
    )


class Consumer(Section):
    """A system that gets the answers."""

    id: ComponentId = Field(description="Its name, unique among sources and consumers.", examples=["payments-gateway"])
    system: System = Field(description="The product or kind of interface.", examples=["rest"])
    pattern: Pattern = Field(
        description="sync: it calls and waits; event: it is told; batch: it is written to; file: it fetches a file.",
        examples=["sync"],
    )
    share: Share | None = Field(
        default=None, description="Share of all answers that it gets; left out: all of them.", examples=["0.4%"]
    )
    by: TimeOfDay | None = Field(
        default=None, description="Time of day at which it needs the answers of a batch.", examples=["05:00"]
    )
