"""A small object store, for tests."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any


class FakeStore:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.objects[f"{Bucket}/{Key}"] = Body

    def get_object(self, *, Bucket: str, Key: str) -> Mapping[str, Any]:
        if f"{Bucket}/{Key}" not in self.objects:
            raise NoSuchKey()
        return {"Body": io.BytesIO(self.objects[f"{Bucket}/{Key}"])}


class NoSuchKey(Exception):
    response = {"Error": {"Code": "NoSuchKey"}}
