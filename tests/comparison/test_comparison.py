from __future__ import annotations

import pytest

from archgen.comparison import Change, Comparison, Side, compare, comparison_text, side_of
from tests.specs import changed, spec

SLICE = "fraud-slice"


def _side(*replacements: tuple[str, str], case: str = SLICE) -> Side:
    return side_of(changed(case, *replacements))


@pytest.fixture(scope="module")
def old() -> Side:
    return side_of(spec(SLICE))


@pytest.fixture(scope="module")
def kafka() -> Side:
    return side_of(spec("fraud-slice-kafka"))


def _named(changes: tuple[Change, ...]) -> dict[str, tuple[str | None, str | None]]:
    return {change.name: (change.before, change.after) for change in changes}


def test_a_spec_does_not_differ_from_itself(old: Side):
    found = compare(old, old)
    assert not found.changed
    assert comparison_text(found) == "Nothing changes."


def test_more_load_changes_sizes_and_no_decision_of_the_topology(old: Side):
    found = compare(old, _side(("10000/s", "20000/s")))
    sizes = _named(found.sizes)
    assert sizes["events shards prod"][0] != sizes["events shards prod"][1]
    assert found.components == () and found.flows == () and found.losing == ()
    # Sizes are settings of a stack, so the program itself reads the same keys.
    assert found.settings == ()
    assert any(change.name == "infra/Pulumi.prod.yaml" for change in found.files)


def test_another_service_in_a_role_is_said_to_destroy_what_it_holds(old: Side, kafka: Side):
    found = compare(old, kafka)
    assert {change.name for change in found.losing} >= {"events", "decisions"}
    text = comparison_text(found)
    assert text.index("DESTROYED: events") < text.index("Topology: components")
    assert "event-stream on kinesis_stream" in text and "event-stream on kafka_cluster" in text


def test_sections_come_in_the_order_of_the_reasoning(old: Side, kafka: Side):
    text = comparison_text(compare(old, kafka))
    order = ["Decisions\n", "Topology: components\n", "Sizing\n", "Program: arguments\n", "Program: settings\n"]
    places = [text.index(title) for title in order if title in text]
    assert len(places) >= 4 and places == sorted(places)
    assert all(len(line) <= 80 or " " not in line.strip() for line in text.splitlines())


def test_the_way_back_is_the_mirror(old: Side, kafka: Side):
    there, back = compare(old, kafka), compare(kafka, old)
    for part in ("decisions", "components", "flows", "sizes", "arguments", "settings", "files"):
        forward, backward = _named(getattr(there, part)), _named(getattr(back, part))
        assert {name: (after, before) for name, (before, after) in forward.items()} == backward, part


def test_another_name_makes_everything_anew(old: Side):
    found = compare(old, _side(("name: payments-fraud", "name: card-fraud")))
    assert _named(found.made_anew) == {"name": ("payments-fraud", "card-fraud")}
    assert "ALL IS MADE ANEW" in comparison_text(found)


def test_another_cloud_is_said_and_compared(old: Side):
    found = compare(old, side_of(spec(SLICE), "gcp", "europe-west1"))
    assert _named(found.made_anew)["cloud"] == ("aws", "gcp")
    assert _named(found.components)["events"] == ("event-stream on kinesis_stream", "event-stream on pubsub_stream")


def test_a_side_that_is_not_built_is_named_and_its_decisions_are_still_compared(old: Side):
    found = compare(old, _side(("p99: 100 ms", "p99: 2 ms")))
    assert found.old_problems == () and found.new_problems
    assert "NEW is not built" in comparison_text(found)
    assert found.losing == () and found.arguments == ()


def test_a_decision_that_flips_says_what_it_rests_on(old: Side):
    found = compare(old, _side(("online: true", "online: false")))
    flipped = {change.name: change for change in found.decisions}
    assert "online-features" in " ".join(flipped) or "features" in " ".join(flipped)
    assert any("features.online" in change.why for change in found.decisions)


def test_a_whole_comparison_is_plain_values(old: Side, kafka: Side):
    assert isinstance(compare(old, kafka), Comparison)
    assert hash(compare(old, kafka)) == hash(compare(old, kafka))
