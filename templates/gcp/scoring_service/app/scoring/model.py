"""A private endpoint of Vertex AI as the model; its container speaks `scoring_core/model_interface.json`."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp

from gcp_identity.tokens import AccessTokens
from scoring_core.model import ModelAnswer, ModelError, read_answer


class VertexModel:
    """A private endpoint through `rawPredict`, which hands the body to the container as it is.

    Called directly rather than through the SDK: its serialising and retrying cost more time than the budget of one
    decision leaves, and a second try would come after the deadline anyhow.

    Args:
        session: HTTP session, with the timeouts and connections to use.
        url: of the endpoint, up to `:rawPredict`.
        tls: None for plain HTTP, which only a test uses.
    """

    def __init__(
        self, session: aiohttp.ClientSession, tokens: AccessTokens, url: str, tls: ssl.SSLContext | None
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._url = url
        self._tls = tls

    async def score(self, request: Mapping[str, Any]) -> ModelAnswer:
        """See `Model.score`."""
        body = json.dumps(request).encode()
        try:
            headers = await self._tokens.header() | {"Content-Type": "application/json"}
            async with self._session.post(self._url, data=body, headers=headers, ssl=self._tls or True) as response:
                answer = await response.read()
        except Exception as error:
            raise ModelError("no answer from the endpoint") from error
        if response.status != 200:
            raise ModelError(f"the endpoint answered with status {response.status}")
        return read_answer(answer)


def private_endpoint_tls() -> ssl.SSLContext:
    """TLS to an address inside our own network that leads to one endpoint and nowhere else.

    Vertex AI shows one self-signed certificate for all private endpoints, of no authority that could be checked: what
    says who answers is the address, a Private Service Connect rule that the endpoint's release wrote into our zone.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
