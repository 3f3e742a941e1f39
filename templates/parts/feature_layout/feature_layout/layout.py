"""How online features lie in the cache: a contract between the job that writes them and the service that reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LAYOUT = Path(__file__).with_name("feature_layout.json")


@dataclass(frozen=True, slots=True)
class FeatureLayout:
    """Names of keys and fields. `windows` maps a window's name to its length in seconds."""

    key_template: str
    windows: Mapping[str, int]
    count_template: str
    amount_template: str
    updated_at_field: str
    time_to_live_seconds: int

    @classmethod
    def load(cls) -> FeatureLayout:
        """Read `feature_layout.json` beside this module."""
        document = json.loads(LAYOUT.read_text(encoding="utf-8"))
        return cls(
            key_template=document["key"],
            windows=document["windows"],
            count_template=document["count_field"],
            amount_template=document["amount_field"],
            updated_at_field=document["updated_at_field"],
            time_to_live_seconds=document["time_to_live_seconds"],
        )

    def key(self, entity: str, token: str) -> str:
        """Key of one entity's hash, e.g. `f:card:{token}`; the braces make the token the cluster's hash tag."""
        return self.key_template.format(entity=entity, token=token)

    def count_field(self, window: str) -> str:
        """Field of the number of events in a window."""
        return self.count_template.format(window=window)

    def amount_field(self, window: str, currency: str) -> str:
        """Field of the summed amounts of one currency in a window: sums over currencies would mean nothing."""
        return self.amount_template.format(window=window, currency=currency)

    def read(self, fields: Mapping[str, str], currency: str, now_ms: int) -> dict[str, float] | None:
        """Features of one entity as of now.

        Args:
            fields: the hash as stored; empty where the entity is unknown.
            currency: of the event at hand: only amounts of it are comparable.
            now_ms: milliseconds since the epoch.

        Returns:
            `count_<window>` and `amount_<window>` per window; None for an unknown entity.

        Raises:
            ValueError: a field is not what the layout says.
        """
        if not fields:
            return None
        if self.updated_at_field not in fields:
            raise ValueError(f"a hash without {self.updated_at_field}")
        age_ms = now_ms - int(fields[self.updated_at_field])
        features: dict[str, float] = {}
        for window, seconds in self.windows.items():
            live = age_ms < seconds * 1000
            features[f"count_{window}"] = float(fields.get(self.count_field(window), 0)) if live else 0.0
            features[f"amount_{window}"] = float(fields.get(self.amount_field(window, currency), 0)) if live else 0.0
        return features
