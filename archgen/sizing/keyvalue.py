"""Online features as a table of keys and values: capacity units and memory.

Source: pricing reference of the project, section on endpoints: a unit writes 1 KB a second, or reads 4 KB a second
strongly and 8 KB eventually consistent.
"""

from __future__ import annotations

from math import ceil

from archgen.knowledge import Assumptions
from archgen.sizing.formulae import one_year_of_growth
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec

_WRITE_UNIT_BYTES, _READ_UNIT_BYTES = 1_000, 4_000
_EVENTUAL = 0.5


def write_units(writes: float, item_bytes: float, utilisation: float) -> int:
    """Units for writes a second: writes x (bytes / 1 KB, rounded up) / utilisation. 10,000 of 1 KB at 0.7: 14,286."""
    return ceil(round(writes * ceil(item_bytes / _WRITE_UNIT_BYTES) / utilisation, 9))


def read_units(reads: float, item_bytes: float, utilisation: float) -> int:
    """Units for eventually consistent reads a second: reads x (bytes / 4 KB, rounded up) x 0.5 / utilisation."""
    return ceil(round(reads * ceil(item_bytes / _READ_UNIT_BYTES) * _EVENTUAL / utilisation, 9))


def keyvalue_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """Write and read units a table would need for the peak in a year; nothing without online features."""
    features, traffic = spec.features, spec.workload.traffic
    if not features.online or traffic is None:
        return ()
    growth, kinds = float(traffic.growth), len(features.entities)
    streams = [float(source.rate or 0) for source in spec.sources if source.delivery == "stream"]
    events = one_year_of_growth(sum(streams) or float(traffic.peak), growth)
    reads = one_year_of_growth(float(traffic.peak), growth) * (features.reads or kinds)
    used = ("feature_hash_bytes", "utilisation_target")

    def write(known: Assumptions) -> int:
        return write_units(events * kinds, known.value("feature_hash_bytes"), known.value("utilisation_target"))

    def read(known: Assumptions) -> int:
        return read_units(reads, known.value("feature_hash_bytes"), known.value("utilisation_target"))

    return (
        reckoned(
            "online-features",
            "table_write_units",
            "write units, were they a table",
            "events x (1 + growth) x entities x (feature_hash_bytes / 1 KB, rounded up) / utilisation_target",
            write,
            assumptions,
            said={"events": sum(streams) or float(traffic.peak), "growth": growth, "entities": kinds},
            used=used,
        ),
        reckoned(
            "online-features",
            "table_read_units",
            "read units, were they a table",
            "requests x (1 + growth) x reads x (feature_hash_bytes / 4 KB, rounded up) x 0.5 / utilisation_target",
            read,
            assumptions,
            said={"requests": float(traffic.peak), "growth": growth, "reads": features.reads or kinds},
            used=used,
        ),
        reckoned(
            "online-features",
            "gigabytes_of_a_million",
            "GB for each million of entities",
            "10^6 x feature_hash_bytes / 10^9",
            lambda known: round(known.value("feature_hash_bytes") / 1000, 2),
            assumptions,
            said={},
            used=("feature_hash_bytes",),
        ),
    )
