from __future__ import annotations

import pytest
from fake_valkey import FakeValkey
from valkey.cluster import ValkeyCluster

from velocity_core.writer import HashUpdate, ValkeyWriter, WriteFailed


def test_hashes_are_written_with_their_expiry() -> None:
    with FakeValkey() as server:
        server.hashes["f:card:{a}"] = {"amount_60m_USD": "7", "count_60m": "9"}
        server.hashes["f:card:{b}"] = {"amount_60m_USD": "7"}
        writer = ValkeyWriter(ValkeyCluster(host="127.0.0.1", port=server.port), 3900)
        writer.write([HashUpdate("f:card:{a}", {"count_60m": "1"}, fresh=True)])
        writer.write([HashUpdate("f:card:{b}", {"count_60m": "2"}, fresh=False)])
        writer.close()
        assert server.hashes == {
            "f:card:{a}": {"count_60m": "1"},
            "f:card:{b}": {"amount_60m_USD": "7", "count_60m": "2"},
        }
        assert server.expiries == {"f:card:{a}": 3900, "f:card:{b}": 3900}


def test_a_cache_that_hangs_up_is_a_failed_write() -> None:
    def hang_up(words: list[str]) -> None:
        if words[0].upper() == "HSET":
            raise ConnectionError

    with FakeValkey() as server:
        writer = ValkeyWriter(ValkeyCluster(host="127.0.0.1", port=server.port, socket_timeout=1.0), 3900)
        server.before_reply = hang_up
        with pytest.raises(WriteFailed):
            writer.write([HashUpdate("f:card:{a}", {"count_60m": "1"}, fresh=False)])
