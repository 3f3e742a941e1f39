"""The lake: raw events and decisions."""

from __future__ import annotations

import pulumi

from ..hardened.bucket import hardened_bucket


class LakeBucket(pulumi.ComponentResource):
    """An encrypted bucket of files."""

    def __init__(self, name: str, protect: bool, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:LakeBucket", name, None, opts)
        self.bucket = hardened_bucket(name, self, protect)
        self.register_outputs({"bucket_arn": self.bucket.arn})
