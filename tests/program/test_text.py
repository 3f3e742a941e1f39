from __future__ import annotations

from archgen.program.text import argument, expression
from archgen.services import Ref, Value


def test_a_record_within_a_sequence_is_a_tuple_so_that_each_field_keeps_its_type():
    rows: Value = (("decisions", Ref(component="decision-lake")), ("events", 3))
    assert expression(rows) == '[("decisions", decision_lake), ("events", 3)]'
    assert expression((("alone",),)) == '[("alone",)]'
    long = tuple((f"source-{n}", "x" * 30) for n in range(4))
    assert argument("columns", long, "    ").splitlines()[1] == '        ("source-0", "' + "x" * 30 + '"),'
