from __future__ import annotations

from archgen.pictures.drawing import Drawn
from archgen.pictures.mermaid import mermaid, quoted
from archgen.pictures.scene import Frame, Link, Node, Scene


def test_frames_nest_and_links_are_numbered(sheets: dict[str, Drawn]) -> None:
    text = mermaid(sheets["logical"].shown).decode()
    assert text.startswith("flowchart LR\n")
    assert text.count("subgraph") == text.count("\n" + "  end\n") + text.count("    end\n")
    assert '  n_payments_gateway ==>|"7 request"| n_scoring' in text


def test_no_text_ends_its_string_and_no_id_is_a_keyword() -> None:
    scene = Scene(
        view="v",
        title="t",
        question="q",
        frames=(Frame(id="end", title='A "zone"]', kind="group"),),
        nodes=(Node(id="end", title='<b>"x"</b>', frame="end"), Node(id="alone", title="Alone")),
        links=(Link(id="l", source="end", target="alone", kind="control", label='a|"b'),),
    )
    assert mermaid(scene).decode() == (
        "flowchart LR\n"
        '  subgraph frame_n_end["A #34;zone#34;#93;"]\n'
        '    n_end["#60;b#62;#34;x#34;#60;/b#62;"]\n'
        "  end\n"
        '  n_alone["Alone"]\n'
        '  n_end -.->|"a#124;#34;b"| n_alone\n'
    )
    assert quoted("15 shards · ml.c6i") == "15 shards · ml.c6i"


def test_a_waterfall_becomes_a_gantt_chart(sheets: dict[str, Drawn]) -> None:
    lines = mermaid(sheets["latency-budget"].shown).decode().splitlines()
    assert lines[0] == "gantt"
    assert "  Rules 5 ms :21, 26" in lines
    assert all(line.count(":") <= 1 for line in lines)
