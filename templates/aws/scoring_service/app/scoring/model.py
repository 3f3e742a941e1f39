"""The model behind a SageMaker endpoint; `scoring_core/model_interface.json` says what its container speaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from scoring_core.model import ModelAnswer, ModelError, read_answer


class SageMakerModel:
    """A real-time endpoint through InvokeEndpoint.

    The request is signed here rather than by a generated client: that client's serialising and retrying cost more time
    than the budget of one decision leaves, and a second try would come after the deadline anyhow.

    Args:
        session: HTTP session, with the timeouts and connections to use.
        credentials: aiobotocore credentials (`get_frozen_credentials` is a coroutine).
        base_url: of the SageMaker runtime in the region.
    """

    def __init__(
        self, session: aiohttp.ClientSession, credentials: Any, base_url: str, region: str, endpoint: str
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._region = region
        self._url = f"{base_url.rstrip('/')}/endpoints/{quote(endpoint, safe='')}/invocations"

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """See `Model.score`."""
        body = json.dumps(request).encode()
        signed = AWSRequest(
            method="POST",
            url=self._url,
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            frozen = await self._credentials.get_frozen_credentials()
            SigV4Auth(frozen, "sagemaker", self._region).add_auth(signed)
            async with self._session.post(self._url, data=body, headers=dict(signed.headers.items())) as response:
                answer = await response.read()
        except Exception as error:
            raise ModelError("no answer from the endpoint") from error
        if response.status != 200:
            raise ModelError(f"the endpoint answered with status {response.status}")
        return read_answer(answer)
