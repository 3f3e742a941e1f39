from __future__ import annotations

import time
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from archgen.pictures.layout import crossings, laid_out
from archgen.pictures.routing import Point
from archgen.pictures.scene import Scene
from archgen.pictures.views import Subject, logical
from tests.pictures.geometry_checks import faults, segments
from tests.pictures.scenes import scenes

_PAGE = 1.8


@pytest.fixture(scope="module")
def fraud_scene(fraud: Subject) -> Scene:
    return logical.drawn(fraud)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenes())
def test_every_scene_is_drawn_without_a_fault(scene: Scene) -> None:
    began = time.process_time()
    layout = laid_out(scene, _PAGE)
    assert faults(layout) == []
    assert time.process_time() - began <= 4


def test_the_same_scene_has_the_same_layout(fraud_scene: Scene) -> None:
    once = laid_out(fraud_scene, _PAGE)
    laid_out.cache_clear()
    assert laid_out(fraud_scene, _PAGE) == once


def test_no_two_lines_share_a_track(fraud_scene: Scene) -> None:
    layout = laid_out(fraud_scene, _PAGE)
    assert layout.faults == 0
    stretches = [(line.link.id, *stretch) for line in layout.lines for stretch in segments(line.points)]
    for (one, *first), (other, *second) in combinations(stretches, 2):
        assert one == other or not (_shared(first, second, 0) or _shared(first, second, 1)), f"{one} runs on {other}"


def _shared(one: list[Point], other: list[Point], axis: int) -> bool:
    """Whether two segments lie on the same track along an axis, and overlap there."""
    if len({point[1 - axis] for point in (*one, *other)}) > 1:
        return False
    (a, b), (c, d) = (sorted(point[axis] for point in segment) for segment in (one, other))
    return min(b, d) > max(a, c)


def test_the_fraud_picture_is_as_good_as_it_was(fraud_scene: Scene) -> None:
    """A ratchet: whoever changes weights sees at once when the picture that the README shows gets worse."""
    layout = laid_out(fraud_scene, _PAGE)
    bends = sum(len(line.points) - 2 for line in layout.lines)
    assert crossings(layout) <= 3
    assert bends <= 10
