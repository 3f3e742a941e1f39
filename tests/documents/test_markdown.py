"""Free text in Markdown: shown exactly, and never markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from archgen.documents.markdown import text

COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    "said",
    [
        "1. not a list",
        "12) not a list",
        "- no item",
        "+ no item",
        "= no heading",
        "# no heading",
        "&lt;script&gt; &amp; &#35;",
        "<b>bold</b> <http://example.com>",
        "[x](javascript:alert(1)) ![y](z)",
        "*a* _b_ ~~c~~ `d` \\* C:\\temp\\",
        "1.5% of 2,000",
    ],
)
def test_a_text_is_shown_exactly(said: str) -> None:
    opening, inline, closing = COMMONMARK.parse(text(said))
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children or ()} == {"text"} or set(text(said)) & {"\\"}
    assert "".join(child.content for child in inline.children or ()) == said
    assert {child.type for child in inline.children or ()} <= {"text", "text_special"}


@pytest.mark.parametrize("said", ["www.example.com", "http://example.com", "a@b.example", "@team", "$x^2$", "WWW.A.B"])
def test_what_only_githubs_dialect_would_link_is_escaped(said: str) -> None:
    assert text(said) != said
    assert COMMONMARK.renderInline(text(said)) == said


def test_a_text_stays_on_its_line() -> None:
    assert text("one\ntwo\u2028three\tfour") == "one two three four"
