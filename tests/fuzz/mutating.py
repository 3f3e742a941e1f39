"""Wrong specs: those of this repository, changed as text or as a tree, as a source of chance decides.

The source is a seed with a number, or the bytes of a fuzzer; the same source gives the same mutant.
"""

from __future__ import annotations

import copy
import functools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archgen.spec.document import Document, Mark, Position, read_document
from archgen.spec.paths import Loc
from tests.specs import CASES, ROOT

MOST_CHANGES = 8
"""Changes of one mutant: most have one or two, since the second fault often hides behind the first; a fuzzer stacks
more."""

HOSTILE_TEXTS = (
    "", " ", "-", "~", "\x00", "\x1b[31m", "\u202e", "\u2028", "\ud800", "{{7*7}}", "${{ github.token }}", "{% raw %}",
    '"""', "`id`", "$(id)", "<script>alert(1)</script>", "]]>", "-->", "| a | b |", "../../etc/passwd", "/etc/passwd",
    "con", "import", "class", "print", "pulumi", "__import__", "None", "true", "a" * 32, "a" * 501, "9" * 400, "a-b_c",
    "café", "\u0131d", "%0A::error::", "'; DROP", "!!python/object:os.system", "*alias", "&anchor", ": - #", "x: y",
)  # fmt: skip
HOSTILE_QUANTITIES = (
    "0/s", "-1/s", "1/s", "999999999999999B/s", "0.000000000000001/year", "0 ms", "0.000000000000001 ms", "1 s",
    "999999999999999 years", "0 B", "999999999999999 PB", "0.1 B", "0%", "100%", "99.999999999999%", "0.000000001%",
    "-100%", "999999999999999%/year", "-99.999999999%/year", "0", "999999999999999B", "1e3/s", "1,000/s", "\uff11/s",
    "00:00", "23:59", "24:00", "0 USD", "0.000000000000001 USD", "999999999999999 XXX", "5 BTC", "12 bps", "6%",
    "5/day", "80 EUR", "5\n/s", "5\u2028/s", "5\u00a0ms",
)  # fmt: skip
HOSTILE_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 10**15, -(10**15), 10**400, 0.5, -0.0, 1e-300, 1e308, float("inf"), float("nan"),
    [], {}, [[]], [None], {"": None}, {"id": {}}, [{}], {"a": {"a": {"a": {"a": {}}}}},
)  # fmt: skip
_TOKENS = (
    "&a ", "*a", "!!str ", "!!python/name:os.system ", "<<: ", "? ", "- ", ": ", "{", "}", "[", "]", ", ", "#",
    "|\n", ">\n",
    "'", '"', "\\", "\t", "\r", "\x00", "\x85", "\u2028", "\ufeff", "\x7f", "%YAML 1.1\n",
    "---\n", "...\n", "@", "`", "\n", "\u202e",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One wrong spec: the bytes of a file, or a document as if it had been read from one."""

    content: bytes | None = None
    document: Document | None = None

    def written(self) -> bytes:
        """What a person would find in the file."""
        if self.content is not None:
            return self.content
        assert self.document is not None
        return json.dumps(self.document.values, indent=1).encode()


@functools.cache
def corpus() -> tuple[str, ...]:
    """The texts of all examples and cases, in a fixed order."""
    paths = [*sorted((ROOT / "examples").glob("*/spec.yaml")), *sorted(CASES.glob("*.yaml"))]
    return tuple(path.read_text(encoding="utf-8") for path in paths)


@functools.cache
def _trees() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_document(text, "corpus").values for text in corpus())


@functools.cache
def _values_by_name() -> Mapping[str, tuple[Any, ...]]:
    """What any spec says for a field of this name: a change that mostly stays valid and is planned."""
    found: dict[str, list[Any]] = {}
    for tree in _trees():
        for loc in _places(tree):
            if loc and isinstance(loc[-1], str):
                found.setdefault(loc[-1], []).append(_at(tree, loc))
    return {name: tuple(values) for name, values in found.items()}


class Drawn(random.Random):
    """Chance drawn from bytes, two for most choices, so that a fuzzer that changes a few changes a few choices.

    Once they are used up every choice is the first one.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data, self._used = data, 0

    def getrandbits(self, k: int, /) -> int:
        """The next `k` bits, from whole bytes."""
        size = (k + 7) // 8
        taken = self._data[self._used : self._used + size].ljust(size, b"\0")
        self._used += size
        return int.from_bytes(taken, "big") >> (8 * size - k)

    def random(self) -> float:
        """A number from 0 to below 1, in steps of 1/65536."""
        return self.getrandbits(16) / 65536


def numbered(seed: int, number: int) -> Mutant:
    """The mutant of this number: the same for the same seed and the same corpus."""
    return mutant(random.Random(f"{seed}:{number}"))


def mutant(chance: random.Random) -> Mutant:
    """What the source of chance makes of one spec of the corpus: a third of all are changed as text."""
    changes = min(1 + int(chance.expovariate(1.2)), MOST_CHANGES)
    if chance.random() < 1 / 3:
        return Mutant(content=_changed_text(chance, changes))
    return Mutant(document=_document(_changed_tree(chance, changes)))


def _changed_text(chance: random.Random, changes: int) -> bytes:
    text = chance.choice(corpus())
    for _ in range(changes):
        text = chance.choice(_TEXT_CHANGES)(chance, text)
    content = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        at = chance.randrange(len(content) + 1)
        content = content[:at] + bytes(chance.randrange(256) for _ in range(3)) + content[at:]
    return content


def _insert(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice((*_TOKENS, *HOSTILE_TEXTS)) + text[at:]


def _delete(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice((1, 2, 5, 40)) :]


def _flip(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chr(chance.choice((chance.randrange(128), chance.randrange(0x2100)))) + text[at + 1 :]


def _repeat(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first = chance.randrange(len(lines))
    block = lines[first : first + chance.choice((1, 1, 3, 10))]
    at = chance.randrange(len(lines) + 1)
    return "".join([*lines[:at], *block * chance.choice((1, 1, 2, 50)), *lines[at:]])


def _drop_line(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _indent(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    lines[at] = chance.choice(("  ", " ", "\t")) + lines[at] if chance.random() < 0.5 else lines[at].lstrip()
    return "".join(lines)


def _truncate(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _splice(chance: random.Random, text: str) -> str:
    other = chance.choice(corpus()).splitlines(keepends=True)
    lines = text.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(other))
    return "".join(lines)


def _swap_word(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = chance.choice((*HOSTILE_TEXTS, *HOSTILE_QUANTITIES, *words))
    return " ".join(words)


_TEXT_CHANGES: tuple[Callable[[random.Random, str], str], ...] = (
    _insert,
    _delete,
    _flip,
    _repeat,
    _drop_line,
    _indent,
    _truncate,
    _splice,
    _swap_word,
)


def _changed_tree(chance: random.Random, changes: int) -> dict[str, Any]:
    tree = copy.deepcopy(dict(chance.choice(_trees())))
    for _ in range(changes):
        places = [loc for loc in _places(tree) if loc]
        if not places:
            break
        loc = chance.choice(places)
        holder, step = _at(tree, loc[:-1]), loc[-1]
        chance.choice(_TREE_CHANGES)(chance, holder, step)
    return tree


def _remove(chance: random.Random, holder: Any, step: Any) -> None:
    del holder[step]


def _hostile(chance: random.Random, holder: Any, step: Any) -> None:
    holder[step] = copy.deepcopy(chance.choice((*HOSTILE_VALUES, *HOSTILE_TEXTS)))


def _other_quantity(chance: random.Random, holder: Any, step: Any) -> None:
    holder[step] = chance.choice(HOSTILE_QUANTITIES)


def _other_magnitude(chance: random.Random, holder: Any, step: Any) -> None:
    if isinstance(value := holder[step], str):
        digits = "".join(character for character in value if character.isdigit())
        holder[step] = value.replace(digits, str(10 ** chance.randrange(15))) if digits else value.swapcase()
    elif isinstance(value, int | float):
        holder[step] = value * 10 ** chance.randrange(15)


def _same_field_elsewhere(chance: random.Random, holder: Any, step: Any) -> None:
    if isinstance(step, str) and (known := _values_by_name().get(step)):
        holder[step] = copy.deepcopy(chance.choice(known))


def _any_value_elsewhere(chance: random.Random, holder: Any, step: Any) -> None:
    tree = chance.choice(_trees())
    holder[step] = copy.deepcopy(_at(tree, chance.choice(list(_places(tree)))))


def _add_field(chance: random.Random, holder: Any, step: Any) -> None:
    name = chance.choice(sorted(_values_by_name()))
    value = copy.deepcopy(chance.choice(_values_by_name()[name]))
    if isinstance(holder, dict):
        holder[chance.choice((name, name, chance.choice(HOSTILE_TEXTS)))] = value
    else:
        holder.extend([copy.deepcopy(holder[step])] * chance.choice((1, 1, 2, 30)))


def _rename(chance: random.Random, holder: Any, step: Any) -> None:
    if isinstance(holder, dict):
        holder[chance.choice((str(step).upper(), f"{step}s", str(step)[:-1], *HOSTILE_TEXTS))] = holder.pop(step)


def _wrap(chance: random.Random, holder: Any, step: Any) -> None:
    holder[step] = [holder[step]] if chance.random() < 0.5 else {str(step): holder[step]}


# A change that keeps the spec valid is likelier than its kinds: a mutant that is refused at once says little.
_TREE_CHANGES: tuple[Callable[[random.Random, Any, Any], None], ...] = (
    _remove,
    _hostile,
    _other_quantity,
    _other_magnitude,
    _other_magnitude,
    _same_field_elsewhere,
    _same_field_elsewhere,
    _same_field_elsewhere,
    _any_value_elsewhere,
    _add_field,
    _rename,
    _wrap,
)


def _at(tree: Any, loc: Loc) -> Any:
    for step in loc:
        tree = tree[step]
    return tree


def _places(value: Any, loc: Loc = ()) -> Iterator[Loc]:
    yield loc
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*loc, index))


def _document(tree: dict[str, Any]) -> Document:
    """The tree as the reader would have left it, each place on a line of its own."""
    marks = {loc: Mark(Position(line, 1), Position(line, 2)) for line, loc in enumerate(_places(tree), start=1)}
    return Document(file="tree", values=tree, marks=marks, problems=())
