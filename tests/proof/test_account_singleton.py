"""What an account has once: made where the stack owns the account, and not a piece of it elsewhere."""

from __future__ import annotations

import json
import pathlib
import shutil

from archgen.proof import Evidence
from archgen.proof.rules.account_singleton import AccountSingleton
from archgen.proof.tables import table
from tests.proof.mutations.planting import evidence
from tests.proof.recordings import evidence as by_hand
from tests.proof.recordings import resource

ROWS = table("account_singletons")


def _once(recorded: Evidence) -> set[str]:
    return {each.type for each in recorded.up.resources if each.type in ROWS["types"]}


def test_a_stack_that_does_not_own_the_account_makes_none_of_it(forecast: Evidence, tmp_path: pathlib.Path) -> None:
    assert len(_once(forecast)) >= 12
    assert list(AccountSingleton().check(forecast)) == []
    shutil.copytree(forecast.project.root.parent, tmp_path / "other")
    settings = tmp_path / "other" / ".archgen" / "settings.json"
    told = json.loads(settings.read_text(encoding="utf-8"))
    told["settings"][ROWS["setting"]]["sample"] = False
    settings.write_text(json.dumps(told), encoding="utf-8")
    other = evidence(tmp_path / "other")
    assert other.up.completed
    assert other.configuration.values[f"{other.project.name}:{ROWS['setting']}"] is False
    assert _once(other) == set()
    assert list(AccountSingleton().check(other)) == []


def test_one_in_a_stack_that_does_not_own_the_account_is_found() -> None:
    detector = resource("d", "aws:guardduty/detector:Detector", "audit")
    shared = resource("l", "aws:cloudwatch/logGroup:LogGroup", "training", name="/aws/sagemaker/TrainingJobs")
    own = resource("o", "aws:cloudwatch/logGroup:LogGroup", "training", name="/own/training")
    for settings in ({}, {"manageAccountBaseline": False}):
        found = list(AccountSingleton().check(by_hand(detector, shared, own, **settings)))
        assert {each.resource for each in found} == {detector.urn, shared.urn}
    assert list(AccountSingleton().check(by_hand(detector, shared, own, manageAccountBaseline=True))) == []
