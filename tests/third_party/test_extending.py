"""`docs/extending.md` shows the sample package as it is."""

from __future__ import annotations

import re

import pytest

from archgen import testing
from tests.specs import ROOT
from tests.third_party.installing import ACME

TEXT = (ROOT / "docs" / "extending.md").read_text()
SHOWN = re.findall(r"^```(?:python|toml) (\S+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def test_something_of_each_kind_is_shown() -> None:
    endings = {file.rpartition("/")[2] for file, _ in SHOWN}
    assert endings == {"pyproject.toml", "service.py", "component.py", "blueprint.py", "test_conformance.py"}


@pytest.mark.parametrize(("file", "text"), SHOWN, ids=[file for file, _ in SHOWN])
def test_what_is_shown_stands_in_the_file(file: str, text: str) -> None:
    assert text in (ACME / file).read_text()


def test_what_the_kit_is_said_to_have_is_there() -> None:
    named = set(re.findall(r"`(prove_\w+|\w+_test)`", TEXT))
    assert named and named <= set(testing.__all__)
