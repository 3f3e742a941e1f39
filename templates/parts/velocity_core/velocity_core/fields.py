"""From a window state to the fields of a hash, as `feature_layout.json` names them."""

from __future__ import annotations

from decimal import Decimal

from feature_layout.layout import FeatureLayout

from .windows import VelocityState, totals


def hash_fields(state: VelocityState, layout: FeatureLayout) -> dict[str, str]:
    """All fields of one entity: count and amounts per window, and the time of the newest event in milliseconds."""
    fields = {layout.updated_at_field: str(state.newest_ms)}
    for window in layout.windows:
        count, amounts = totals(state, window)
        fields[layout.count_field(window)] = str(count)
        for currency, amount in amounts.items():
            fields[layout.amount_field(window, currency)] = _plain(amount)
    return fields


def _plain(amount: Decimal) -> str:
    return f"{amount:.4f}".rstrip("0").rstrip(".")
