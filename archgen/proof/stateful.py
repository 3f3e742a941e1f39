"""`.archgen/stateful.yaml`: the URNs of what holds data, as they were when somebody last accepted them.

    prod:
      foundation:
        - urn:pulumi:prod::payments::archgen:aws:KinesisStream$aws:kinesis/stream:Stream::events

Pulumi knows a resource by its URN, which its name, its type and the types of its parents make up. One that changes is
to Pulumi another resource: the new one is created and the old one, with what it holds, deleted. `archgen synth --write`
writes the file; generating again leaves it alone; it belongs into version control.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from archgen.engine import Project, Resource
from archgen.errors import Problem, WrongUse

STATEFUL_FILE = ".archgen/stateful.yaml"
_HEAD = "# URNs of what holds data. One that changes means loss: see `aliases` in Pulumi's documentation.\n"
Accepted = Mapping[str, Mapping[str, Sequence[str]]]
"""Stack -> phase -> URNs, sorted."""


def accepted(project: Project) -> Accepted:
    """What the project's file says, nothing where it has none. Raises `WrongUse` when it is not of its shape."""
    file = project.root.parent / STATEFUL_FILE
    if not file.is_file():
        return {}
    try:
        content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise _wrong(str(file), f"not readable as YAML: {error}") from error
    if not _of_its_shape(content):
        raise _wrong(str(file), "it does not have its shape")
    return content


def gone(before: Iterable[str], resources: Iterable[Resource]) -> tuple[str, ...]:
    """The URNs that no resource has any more, neither as its own nor as an alias."""
    known = {urn for resource in resources for urn in (resource.urn, *resource.aliases)}
    return tuple(sorted(set(before) - known))


def successor(urn: str, before: Iterable[str], resources: Iterable[Resource]) -> Resource | None:
    """The resource that most likely was `urn`: a new one of its type, with its name or below its parents."""
    _, _, types, name = urn.split("::", 3)
    known = set(before)
    candidates = [
        each for each in resources if each.urn not in known and each.type == types.rpartition("$")[2] and each.custom
    ]
    likely = [each for each in candidates if each.name == name or each.urn.split("::", 3)[2] == types]
    return min(likely, key=lambda each: (each.name != name, each.urn), default=None)


def written_text(project: Project) -> str:
    """The project's file as it stands, with what a person wrote beside the URNs; nothing where it has none."""
    file = project.root.parent / STATEFUL_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def written(content: Accepted, before: str = "") -> bytes:
    """The file's bytes: comments and order of `before`, which is of the file's shape, and what is new at its place."""
    writer = YAML()
    writer.width = 4096
    held = writer.load(before or _HEAD + "{}\n")
    held.fa.set_block_style()
    for stack in [stack for stack in held if stack not in content]:
        del held[stack]
    for stack, phases in sorted(content.items()):
        of_stack = held.setdefault(stack, CommentedMap())
        for phase in [phase for phase in of_stack if phase not in phases]:
            del of_stack[phase]
        for phase, urns in sorted(phases.items()):
            _hold(of_stack.setdefault(phase, CommentedSeq()), urns)
    out = StringIO()
    writer.dump(held, out)
    said = YAML(typ="safe", pure=True).load(out.getvalue())
    wanted = {stack: {phase: list(urns) for phase, urns in phases.items()} for stack, phases in content.items()}
    # An alias makes two phases share one list, which cannot be changed for one of them.
    return out.getvalue().encode() if said == wanted or not before else written(content)


def _hold(urns: CommentedSeq, wanted: Sequence[str]) -> None:
    """Make `urns` hold what is wanted and nothing else, moving no line and losing no comment of what stays."""
    for urn in [urn for urn in urns if urn not in wanted]:
        urns.remove(urn)
    for urn in sorted(set(wanted) - set(urns)):
        urns.insert(next((place for place, other in enumerate(urns) if other > urn), len(urns)), urn)


def _of_its_shape(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    lists = [urns for phases in content.values() if isinstance(phases, dict) for urns in phases.values()]
    return all(isinstance(phases, dict) for phases in content.values()) and all(
        isinstance(urns, list) and all(isinstance(urn, str) and urn.count("::") >= 3 for urn in urns) for urns in lists
    )


def _wrong(file: str, message: str) -> WrongUse:
    expected = "a mapping of stacks to phases to lists of URNs"
    hint = "restore it from version control, or remove it and run `archgen synth --write`"
    return WrongUse(Problem(id="unreadable-stateful", message=message, expected=expected, hint=hint, file=file))
