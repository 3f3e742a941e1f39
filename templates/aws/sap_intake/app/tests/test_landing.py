from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from store_for_tests import FakeStore

from intake.landing import Place, land, starts

UNTIL = datetime(2026, 11, 2, tzinfo=UTC)


def test_a_repeated_run_overwrites_its_own_objects():
    s3, place = FakeStore(), Place("lake", "orders-intake", date(2026, 11, 2), UNTIL)
    assert land(s3, place, 0, [{"Order": "1", "Text": "Öl"}]) == 1
    assert land(s3, place, 0, [{"Order": "1", "Text": "Öl"}]) == 1
    assert land(s3, place, 5000, []) == 0
    ((key, body),) = s3.objects.items()
    assert key == "lake/orders-intake/data/date=2026-11-02/20261102T000000Z-000000000.json.gz"
    assert json.loads(gzip.decompress(body)) == {"Order": "1", "Text": "Öl"}


@given(rows=st.integers(0, 10_000), size=st.integers(1, 5_000))
def test_pages_cover_all_rows(rows, size):
    firsts = starts(rows, size)
    assert sum(min(size, rows - first) for first in firsts) == rows
