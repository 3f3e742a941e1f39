"""Ids are an interface: people search for them and programs read them, so a renamed one has to be seen."""

from __future__ import annotations

import pathlib
from itertools import chain

import yaml

from scripts.write_errors import PAGE, errors_page
from tests.errors.collecting import KEBAB, ids, put_together

GROUPS = yaml.safe_load((pathlib.Path(__file__).parent / "ids.yaml").read_text(encoding="utf-8"))
KNOWN = list(chain.from_iterable(GROUPS.values()))


def test_every_id_has_its_meaning_and_none_has_two() -> None:
    written, patterns = ids()
    assert len(KNOWN) == len(set(KNOWN))
    assert written <= set(KNOWN), "a new id needs its meaning in tests/errors/ids.yaml"
    gone = {id for id in set(KNOWN) - written if not put_together(id, patterns)}
    assert not gone, "an id was renamed or dropped, which whoever searches for it will not know"


def test_every_id_is_lower_case_words() -> None:
    assert [id for id in KNOWN if not KEBAB.fullmatch(id)] == []


def test_the_page_is_written_anew() -> None:
    assert PAGE.read_text(encoding="utf-8") == errors_page(), "run `python -m scripts.write_errors`"
