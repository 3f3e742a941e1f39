"""The model over HTTP; `scoring_core/model_interface.json` says what its container speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from azure_tokens.tokens import Tokens
from scoring_core.model import ModelAnswer, ModelError, read_answer


class HttpModel:
    """`POST /score` of a model in the cluster, or behind a managed endpoint with a token.

    There is no second try: it would come after the deadline.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, tokens: Tokens | None) -> None:
        self._session = session
        self._url = f"{url.rstrip('/')}/score"
        self._tokens = tokens

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """See `Model.score`."""
        try:
            headers = {}
            if self._tokens is not None:
                headers["Authorization"] = f"Bearer {await asyncio.to_thread(self._tokens.get)}"
            async with self._session.post(self._url, json=dict(request), headers=headers) as response:
                answer = await response.read()
        except Exception as error:
            raise ModelError("no answer from the model") from error
        if response.status != 200:
            raise ModelError(f"the model answered with status {response.status}")
        return read_answer(answer)
