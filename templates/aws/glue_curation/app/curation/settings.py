"""What the job is told: one JSON document, and for which date it runs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read. `kind` is `decisions`, `events`, `labels` or `features`; `form` is `json` or `parquet`."""

    kind: str
    source: str
    bucket: str
    prefix: str
    form: str


@dataclass(frozen=True, slots=True)
class Settings:
    """`columns` maps, by source, our names to the source's. `groups` are those of the feature history, by entity.

    `days` are curated in one run, the newest and those before: a missed run heals itself. `negative_share` of the
    events without fraud are kept. `parity_per_million` entities of a million are compared, with features that may be
    `freshness_seconds` old. `history_days` of sales make a series.
    """

    project: str
    component: str
    region: str
    task: str
    entities: tuple[str, ...]
    inputs: tuple[Input, ...]
    columns: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, str]
    bucket: str
    prefix: str
    label_delay_days: int
    horizon_days: int
    history_days: int
    days: int
    negative_share: float
    parity_per_million: int
    freshness_seconds: float
    day: date | None

    def of_kind(self, *kinds: str) -> tuple[Input, ...]:
        """The inputs of these kinds."""
        return tuple(one for one in self.inputs if one.kind in kinds)


def read_settings(arguments: Sequence[str]) -> Settings:
    """Settings from `--settings` and `--date`; others, which Glue adds, are passed over.

    Raises:
        KeyError: the document lacks something.
        ValueError: it is no JSON, or columns are not written as `ours=theirs,...`.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("project", "component", "region", "settings"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--date", default="")
    given, _ = parser.parse_known_args(arguments)
    said: dict[str, Any] = json.loads(given.settings)
    return Settings(
        project=given.project,
        component=given.component,
        region=given.region,
        task=said["task"],
        entities=tuple(said["entities"]),
        inputs=tuple(Input(**one) for one in said["inputs"]),
        columns={source: read_columns(text) for source, text in said["columns"].items()},
        groups=said["groups"],
        bucket=said["bucket"],
        prefix=said["prefix"],
        label_delay_days=said["label_delay_days"],
        horizon_days=said["horizon_days"],
        history_days=said["history_days"],
        days=said["days"],
        negative_share=said["negative_share"],
        parity_per_million=said["parity_per_million"],
        freshness_seconds=said["freshness_seconds"],
        day=date.fromisoformat(given.date[:10]) if given.date else None,
    )


def read_columns(text: str) -> Mapping[str, str]:
    """`event_id=ZUONR,label_time=BUDAT` as our name -> theirs.

    Raises:
        ValueError: not of that form, or a name of ours twice.
    """
    pairs = [pair.strip().partition("=") for pair in text.split(",")]
    if any(not (ours.strip() and sign and theirs.strip()) for ours, sign, theirs in pairs):
        raise ValueError(f"'{text}' is not written as ours=theirs,ours=theirs")
    found = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if len(found) < len(pairs):
        raise ValueError(f"'{text}' names one of our columns twice")
    return found
