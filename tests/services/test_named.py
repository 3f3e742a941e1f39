"""Names that only the clouds know: all wrong ones at once, and what was probably meant."""

from __future__ import annotations

from archgen.services.named import wrong_names
from tests.specs import changed, spec


def test_sound_names_are_no_problem_on_their_own_cloud() -> None:
    assert wrong_names(spec("fraud-slice")) == ()


def test_a_region_of_another_cloud_is_said_to_be_one() -> None:
    (problem,) = wrong_names(spec("fraud-slice"), "gcp")
    assert (problem.id, problem.path) == ("unknown-region", "platform.region")
    assert "is a region of AWS" in (problem.hint or "")
    assert wrong_names(spec("fraud-slice"), "gcp", "europe-west1") == ()


def test_a_region_of_the_command_line_is_not_looked_for_in_the_spec() -> None:
    (problem,) = wrong_names(spec("fraud-slice"), None, "eu-wst-1")
    assert (problem.path, problem.hint) == ("", "did you mean `eu-west-1`?")


def test_regions_outside_the_residency_are_not_offered() -> None:
    (problem,) = wrong_names(changed("fraud-slice", ("eu-west-1", "us-esat-1")))
    assert "us-east-1" not in f"{problem.expected} {problem.hint}"


def test_a_recommendation_needs_a_region_of_any_cloud() -> None:
    wanted = changed("fraud-slice", ("cloud: aws", "cloud: recommend"))
    assert wrong_names(wanted) == ()
    (problem,) = wrong_names(wanted, None, "mars-1")
    assert problem.id == "unknown-region" and "no cloud" in problem.message


def test_a_service_under_the_wrong_role_names_its_own() -> None:
    (problem,) = wrong_names(changed("fraud-slice", ("services: {}", "services: {lake: kinesis_stream, scoring: x}")))[
        :1
    ]
    assert problem.id == "unknown-service" and problem.path == "platform.services.lake"
    (problem,) = wrong_names(changed("fraud-slice", ("services: {}", "services: {queue: kinesis_stream}")))
    assert (problem.id, problem.of_key, problem.hint) == ("unknown-role", True, "did you mean `event-stream`?")
