from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from botocore.credentials import Credentials
from fake_valkey import FakeValkey
from valkey.cluster import ValkeyCluster

from aws_tokens.cache_token import IamTokenProvider


def test_a_login_carries_a_signed_token_of_this_cache() -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret", "session")
    tokens = IamTokenProvider("scoring", "Features-Prod", "eu-west-1", credentials=credentials)
    with FakeValkey() as server:
        ValkeyCluster(host="127.0.0.1", port=server.port, credential_provider=tokens).close()
        user, token = server.logins[0]
    parts = urlsplit(f"https://{token}")
    query = parse_qs(parts.query)
    assert (user, parts.netloc) == ("scoring", "features-prod")
    assert (query["Action"], query["User"], query["X-Amz-Expires"]) == (["connect"], ["scoring"], ["900"])
    assert query["X-Amz-Credential"][0].endswith("/eu-west-1/elasticache/aws4_request")
    assert query["X-Amz-Security-Token"] == ["session"]


def test_a_token_is_used_for_ten_minutes() -> None:
    now = [0.0]
    tokens = IamTokenProvider("u", "c", "eu-west-1", credentials=Credentials("A", "s"), clock=lambda: now[0])
    signed: list[int] = []
    tokens._sign = lambda: signed.append(1) or f"token-{len(signed)}"
    assert [tokens.get_credentials()[1] for now[0] in (0.0, 599.0, 600.0)] == ["token-1", "token-1", "token-2"]
