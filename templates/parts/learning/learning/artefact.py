"""A model on disk: `model.json` says what it is and how a row is made, one text file per booster holds the trees."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from .columns import Feature

DESCRIPTION = "model.json"
ARCHIVE = "model.tar.gz"


@dataclass(frozen=True)
class Artefact:
    """What was learnt. `boosters` by name: `score` for a decision; `p10`, `p50`, `p90` for a forecast."""

    task: str
    features: tuple[Feature, ...]
    boosters: Mapping[str, lgb.Booster]
    facts: Mapping[str, Any]
    """What a server or a monitor needs besides, such as the horizon."""

    @property
    def version(self) -> str:
        """Follows from the trees alone: two runs that learn the same are one version."""
        text = "".join(name + self.boosters[name].model_to_string() for name in sorted(self.boosters))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def predict(self, name: str, rows: np.ndarray) -> np.ndarray:
        """One number per row."""
        return np.asarray(self.boosters[name].predict(rows, num_threads=_threads(rows)))

    def contributions(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Rows by features: how much each one moved the score (exact Shapley values of the trees), without the base."""
        return np.asarray(self.boosters[name].predict(rows, pred_contrib=True, num_threads=_threads(rows)))[:, :-1]

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, booster in self.boosters.items():
            booster.save_model(folder / f"{name}.txt")
        description = {
            "task": self.task,
            "version": self.version,
            "columns": [feature.name for feature in self.features],
            "categories": {f.name: list(f.categories) for f in self.features if f.categories is not None},
            "boosters": sorted(self.boosters),
            **self.facts,
        }
        (folder / DESCRIPTION).write_text(json.dumps(description, indent=1, sort_keys=True), encoding="utf-8")


def _threads(rows: np.ndarray) -> int:
    # Starting threads for one row costs more than the row; 0 is one thread per core.
    return 1 if len(rows) == 1 else 0


def load(folder: Path) -> Artefact:
    """Read it from a folder, or from the archive that lies in it. Raises `FileNotFoundError` for neither."""
    if not (folder / DESCRIPTION).exists() and (folder / ARCHIVE).exists():
        with tarfile.open(folder / ARCHIVE) as archive:
            archive.extractall(folder, filter="data")
    said = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    known = {"task", "version", "columns", "categories", "boosters"}
    categories = said["categories"]
    return Artefact(
        task=said["task"],
        features=tuple(
            Feature(name, tuple(categories[name]) if name in categories else None) for name in said["columns"]
        ),
        boosters={name: lgb.Booster(model_file=folder / f"{name}.txt") for name in said["boosters"]},
        facts={name: value for name, value in said.items() if name not in known},
    )
