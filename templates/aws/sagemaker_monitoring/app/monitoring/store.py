"""Objects by prefix: S3, behind what the looks need of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol


class Store(Protocol):
    """Reads and writes objects by `s3://bucket/key`."""

    def list(self, prefix: str) -> Iterator[str]:
        """Addresses below a prefix, sorted."""
        ...

    def get(self, address: str) -> bytes:
        """Raises `FileNotFoundError` for an address that there is not."""
        ...

    def put(self, address: str, body: bytes) -> None:
        """Write an object, in place of what is there."""
        ...


class S3Store:
    """`Store` on an S3 client of boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def list(self, prefix: str) -> Iterator[str]:
        """See `Store.list`. S3 lists in the order of keys."""
        bucket, key = split(prefix)
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key):
            for found in page.get("Contents", ()):
                yield f"s3://{bucket}/{found['Key']}"

    def get(self, address: str) -> bytes:
        """See `Store.get`."""
        bucket, key = split(address)
        try:
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(address) from error

    def put(self, address: str, body: bytes) -> None:
        """See `Store.put`. The bucket encrypts it under its own key."""
        bucket, key = split(address)
        self._client.put_object(Bucket=bucket, Key=key, Body=body)


def split(address: str) -> tuple[str, str]:
    """Bucket and key. Raises `ValueError` for anything else than `s3://bucket/key`."""
    if not address.startswith("s3://"):
        raise ValueError(f"'{address}' is no s3:// address")
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key
