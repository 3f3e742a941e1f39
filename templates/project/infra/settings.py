"""The settings that stay empty until there is a model and an image to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi


def live_settings(config: pulumi.Config, keys: Sequence[str]) -> Mapping[str, str | None]:
    """The live settings by key: all of them, or None for each while the stack is its foundation only.

    A stack with some of them would serve nobody and look as if it did, so it is refused by naming what is missing.
    """
    values = {key: config.get(key) or None for key in keys}
    missing = [key for key, value in values.items() if value is None]
    if missing and len(missing) < len(keys):
        raise pulumi.RunError(f"set all of the live settings or none; missing: {', '.join(missing)}")
    return values
