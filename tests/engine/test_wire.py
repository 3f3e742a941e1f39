from __future__ import annotations

from archgen.engine.recording import ASSET_KEY, RESOURCE_KEY, UNKNOWN
from archgen.engine.wire import (
    ASSET,
    OUTPUT,
    RESOURCE,
    SECRET,
    SIGNATURE,
    from_struct,
    leaves,
    plain,
    secret_paths,
    to_struct,
)

SECRET_TEXT = {SIGNATURE: SECRET, "value": "hidden"}


def test_plain_takes_off_every_wrapper_and_makes_whole_numbers_integers() -> None:
    value = {"a": SECRET_TEXT, "b": [{SIGNATURE: OUTPUT, "value": 3.0}], "c": 1.5, "d": {SIGNATURE: OUTPUT}}
    assert plain(value) == {"a": "hidden", "b": [3], "c": 1.5, "d": UNKNOWN}
    assert isinstance(plain(3.0), int)


def test_plain_keeps_what_tells_a_resource_and_a_file_from_an_object() -> None:
    assert plain({SIGNATURE: RESOURCE, "urn": "urn:x", "id": "i"}) == {RESOURCE_KEY: "urn:x"}
    assert plain({SIGNATURE: ASSET, "path": "a.sql", "hash": "0"}) == {ASSET_KEY: {"path": "a.sql"}}


def test_leaves_know_whether_a_wrapper_above_them_is_secret() -> None:
    value = {"open": "x", "shut": {SIGNATURE: SECRET, "value": {"deep": ["y"]}}}
    assert list(leaves(value)) == [("open", "x", False), ("shut.deep[0]", "y", True)]


def test_secret_paths_name_the_outermost_secret() -> None:
    value = {"rules": [{"key": SECRET_TEXT}], "whole": {SIGNATURE: SECRET, "value": {"inner": SECRET_TEXT}}}
    assert list(secret_paths(value)) == ["rules[0].key", "whole"]


def test_structs_survive_the_round_trip() -> None:
    assert from_struct(to_struct({"a": [1, "x", {"b": True}], "gone": None})) == {"a": [1.0, "x", {"b": True}]}
