"""What features are kept for is a sequence, however a spec says it."""

from __future__ import annotations

import pytest

from archgen.services.entities import entities_of


def test_one_and_several_entities_are_both_sequences() -> None:
    assert entities_of({"entities": ("card", "merchant")}) == ("card", "merchant")
    assert entities_of({"entities": "card"}) == ("card",)


def test_a_component_that_keeps_none_has_none_to_count() -> None:
    with pytest.raises(KeyError):
        entities_of({})
