"""Feature workers make one update for each kind of entity, and counts have an age."""

from __future__ import annotations

from archgen.services.containers import Containers
from archgen.services.roles.stream_features import FeatureWorkers, lag_records, window_arguments
from tests.services.surroundings import component, neighbours

WORKERS = FeatureWorkers(
    id="tested",
    role="stream-features",
    class_name="Tested",
    title="Tested",
    score=60,
    strengths=("no state of their own",),
    containers=Containers(name="pods", rate="records_per_second", each=4000, per_entity=True),
)
PART = component("velocity", entities=("card", "device"), freshness_s=2, records_per_second=1500.5)


def test_what_may_wait_is_what_arrives_while_a_count_is_fresh() -> None:
    assert lag_records(PART) == 3001


def test_one_entity_is_still_a_sequence() -> None:
    assert window_arguments(component(entities="card", freshness_s=5)) == {
        "entities": ("card",),
        "freshness_seconds": 5.0,
    }


def test_workers_are_told_what_to_count_and_run_an_image() -> None:
    given = WORKERS.arguments(PART, neighbours(PART))
    assert set(given) == {"entities", "freshness_seconds", "image_digest"}
    assert given["entities"] == ("card", "device")


def test_the_score_is_the_clouds_own() -> None:
    assert (WORKERS.suits({}).score, WORKERS.suits({}).violated) == (60, ())
