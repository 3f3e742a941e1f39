"""No text of a spec becomes code, markup, an expression, structure or a path in anything that is generated."""

from __future__ import annotations

import functools
import html.parser
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from archgen.design import design
from archgen.documents.folder import documents
from archgen.pictures import pictures
from archgen.pictures.text import drawable
from archgen.program import project_files, wire
from archgen.spec import Spec
from archgen.spec.paths import section_of
from archgen.spec.section import Section
from tests.hostile.payloads import PAYLOADS
from tests.hostile.specs import parsed, with_texts

# An online and a batch design have different pages and pictures; the second is tried with fewer texts.
TRIED = pytest.mark.parametrize(
    ("case", "payload"),
    [("fraud-slice", one) for one in PAYLOADS] + [("demand-forecasting", one) for one in PAYLOADS[::4]],
)
MARKERS = {
    "title": "Harmlesstitle",
    "team": "Harmlessteam",
    "contact": "Harmlesscontact",
    "statement": "Harmlessstatement",
    "guard": "Harmlessguard",
}
MAY_DIFFER = re.compile(r"infra/Pulumi(\.\w+)?\.yaml|README\.md|docs/.*\.md|diagrams/[\w-]+\.(svg|drawio|mmd)")
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@functools.cache
def files(case: str, payload: str | None) -> Mapping[str, bytes]:
    """Everything that is generated, with the hash of the spec, which has to differ, left out."""
    texts = MARKERS if payload is None else dict.fromkeys(MARKERS, payload)
    made = design(parsed(with_texts(case, **texts)))
    program = wire(made)
    found = {
        **project_files(made, program),
        **documents(made, program),
        **pictures(made, program, formats=("svg", "drawio", "mmd")),
    }
    return {path: content.replace(made.spec_hash[:12].encode(), b"HASH") for path, content in found.items()}


def changed(case: str, payload: str, *suffixes: str) -> Iterator[tuple[str, str, str]]:
    """Path, harmless and hostile text of the files of a kind that a payload shows in."""
    harmless, hostile = files(case, None), files(case, payload)
    for path in sorted(harmless):
        if path.endswith(suffixes) and harmless[path] != hostile[path]:
            yield path, harmless[path].decode(), hostile[path].decode()


def put_in(text: str, payload: str) -> str:
    """The harmless text with every marker replaced."""
    return re.sub("|".join(MARKERS.values()), lambda _: payload, text)


def test_every_field_of_free_text_is_tried() -> None:
    tried = {"title", "owner.team", "owner.contact", "objective.statement", "objective.kpi.guard"}
    assert set(_free_texts(Spec)) == tried


def _free_texts(section: type[Section], prefix: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        inner = section_of(field.annotation)
        if inner:
            yield from _free_texts(inner, f"{prefix}{name}.")
        elif "function _text " in f"{field.annotation!r} {field.metadata!r}":
            yield f"{prefix}{name}"


@TRIED
def test_code_and_workflows_stay_byte_for_byte_the_same(case: str, payload: str) -> None:
    harmless, hostile = files(case, None), files(case, payload)
    assert set(harmless) == set(hostile), "no text becomes a path"
    differ = {path for path in harmless if harmless[path] != hostile[path]}
    assert {"infra/Pulumi.yaml", "README.md", "diagrams/logical.svg", "diagrams/logical.drawio"} <= differ
    assert not {path for path in differ if not MAY_DIFFER.fullmatch(path)}


@TRIED
def test_data_is_the_same_tree_but_for_the_text(case: str, payload: str) -> None:
    seen = 0
    for path, harmless, hostile in changed(case, payload, ".yaml", ".yml", ".json", ".toml"):
        assert _data(path, hostile) == _replaced(_data(path, harmless), payload), path
        seen += 1
    assert seen >= 2


@functools.cache
def _data(path: str, text: str) -> Any:
    if path.endswith(".json"):
        return json.loads(text)
    return tomllib.loads(text) if path.endswith(".toml") else YAML(typ="safe", pure=True).load(text)


def _replaced(value: Any, payload: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, payload) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, payload) for item in value]
    return put_in(value, payload) if isinstance(value, str) else value


@TRIED
def test_markdown_is_the_same_blocks_and_shows_exactly_the_text(case: str, payload: str) -> None:
    seen = 0
    for path, harmless, hostile in changed(case, payload, ".md"):
        assert _blocks(hostile) == [(kind, put_in(text, payload)) for kind, text in _blocks(harmless)], path
        seen += 1
    assert seen >= 4


@functools.cache
def _blocks(page: str) -> list[tuple[str, str]]:
    """Kinds of tokens with what they show: inline text joined, links with their targets; diagrams are judged alone."""
    found: list[tuple[str, str]] = []
    for token in MARKDOWN.parse(page):
        if token.children:
            for child in token.children:
                shown = child.content or str(child.attrs.get("href", ""))
                if child.type in ("text", "text_special") and found and found[-1][0] == "text":
                    found[-1] = ("text", found[-1][1] + shown)
                else:
                    found.append(("text" if child.type == "text_special" else child.type, shown))
        else:
            found.append((token.type, "" if token.type == "inline" or token.info == "mermaid" else token.content))
    return found


@TRIED
def test_mermaid_is_the_same_lines_but_for_the_quoted_text(case: str, payload: str) -> None:
    for path, harmless, hostile in changed(case, payload, ".mmd"):
        shown = [_unquoted(line) for line in hostile.splitlines()]
        assert shown == [put_in(line, drawable(payload)) for line in map(_unquoted, harmless.splitlines())], path
        for line in hostile.splitlines():
            assert not re.search(r"[<`\\]", line.replace("<br/>", "").replace("<-", "").replace("-.->", "")), line


def _unquoted(line: str) -> str:
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), line)


@TRIED
def test_svg_has_the_same_elements_and_shows_the_text(case: str, payload: str) -> None:
    seen = 0
    for path, harmless, hostile in changed(case, payload, ".svg"):
        before, after = ElementTree.fromstring(harmless), ElementTree.fromstring(hostile)
        assert _elements(after) == _elements(before), path
        assert hostile.count("<!") == harmless.count("<!"), path
        assert drawable(payload)[:12] in " ".join(after.itertext()), path
        seen += 1
    assert seen >= 4


def _elements(root: ElementTree.Element) -> tuple[Counter[str], set[str]]:
    """How many there are of each element but lines of text, which a longer text has more of, and all attributes."""
    names = Counter(element.tag.rpartition("}")[2] for element in root.iter())
    attributes = {name for element in root.iter() for name in element.attrib}
    return Counter({name: many for name, many in names.items() if name not in ("text", "tspan")}), attributes


@TRIED
def test_draw_io_has_the_same_cells_and_no_html_from_a_text(case: str, payload: str) -> None:
    seen = 0
    for path, harmless, hostile in changed(case, payload, ".drawio"):
        before, after = ElementTree.fromstring(harmless), ElementTree.fromstring(hostile)
        assert _cells(after) == _cells(before), path
        shown = "".join(_html(value)[1] for value in _values(after))
        assert "".join(drawable(payload).split())[:12] in "".join(shown.split()), path
        seen += 1
    assert seen >= 4


def _cells(root: ElementTree.Element) -> tuple[list[tuple[str | None, list[str]]], set[str]]:
    """Id and HTML elements of each cell, and the keys of all styles; ways and sizes follow from the text's length."""
    cells = [(cell.get("id"), sorted(set(_html(cell.get("value") or "")[0]))) for cell in root.iter("mxCell")]
    styles = ";".join(cell.get("style", "") for cell in root.iter("mxCell"))
    return cells, {part.partition("=")[0] for part in styles.split(";")}


def _values(root: ElementTree.Element) -> list[str]:
    return [element.get("value") or "" for element in root.iter("mxCell")]


def _html(value: str) -> tuple[list[str], str]:
    """The elements of an HTML label, with their attributes, and the text that is shown."""
    reader = _Html()
    reader.feed(value)
    reader.close()
    return reader.elements, "".join(reader.shown)


class _Html(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{tag} {sorted(name for name, _ in attrs)}")

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)
