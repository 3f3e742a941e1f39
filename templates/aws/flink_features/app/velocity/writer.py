"""The cache as the job reaches it on AWS."""

from __future__ import annotations

from dataclasses import dataclass

from aws_tokens.cache_token import IamTokenProvider
from velocity_core.writer import FeatureWriter, connect_writer

from .settings import Settings


@dataclass(frozen=True, slots=True)
class OpenValkeyWriter:
    """Opens a writer where the work is done: connections do not travel to a worker, this value does."""

    settings: Settings

    def __call__(self) -> FeatureWriter:
        """A writer with TLS and IAM authentication.

        Raises:
            WriteFailed: the cluster cannot be reached.
        """
        settings = self.settings
        tokens = IamTokenProvider(settings.user, settings.cache, settings.region)
        return connect_writer(settings.online, tokens, settings.layout.time_to_live_seconds)
