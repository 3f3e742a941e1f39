"""Which expressions of a program are Outputs, told by annotations, resources made, and calls that give Outputs.

An Output has no value while the program runs: it is always true and equals nothing but itself, so a test of one takes
one branch for ever, in every run, without a word.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archgen.proof.syntax import Module, dotted, makes_resource

OUTPUT, RESOURCE = "Output", "<resource>"
OUTPUT_NAMES = frozenset({"pulumi.Output", "Output", "pulumi.Input", "Input"})
GIVES_OUTPUT = frozenset(
    {"pulumi.Output.all", "pulumi.Output.concat", "pulumi.Output.format", "pulumi.Output.from_input"}
)
OUTPUT_METHODS = frozenset({"apply", "require_secret", "get_secret"})
OWN_ATTRIBUTES = frozenset({"pulumi_resource_name", "pulumi_resource_type"})
"""What a resource knows of itself as plain text."""

Classes = Mapping[str, Mapping[str, str]]


def class_fields(modules: Iterable[Module]) -> Classes:
    """Class name -> field -> `Output`, or the name of the field's class, for every class of the program."""
    found: dict[str, dict[str, str]] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                annotated = (each for each in node.body if isinstance(each, ast.AnnAssign))
                fields = found.setdefault(node.name, {})
                fields |= {
                    each.target.id: kind(each.annotation) for each in annotated if isinstance(each.target, ast.Name)
                }
    return found


def kind(annotation: ast.expr | None) -> str:
    """What an annotation declares: `Output` for an Output or an input, None allowed or not; else the class's name."""
    match annotation:
        case ast.Constant(value=str() as text):
            return kind(ast.parse(text, mode="eval").body)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            kinds = {kind(left), kind(right)} - {"", "None"}
            return kinds.pop() if len(kinds) == 1 else ""
        case ast.Constant(value=None):
            return "None"
        case ast.Subscript(value=value):
            return OUTPUT if dotted(value) in OUTPUT_NAMES else ""
        case ast.Name() | ast.Attribute():
            return dotted(annotation).rpartition(".")[2]
    return ""


@dataclass
class Scope:
    """What the names of one function, or of the module, stand for."""

    classes: Classes
    providers: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)

    def of(self, node: ast.AST | None) -> str:
        """`Output`, `<resource>`, the name of a class of the program, or the empty text for what is not known."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name, "")
            case ast.Attribute(value=value, attr=name):
                return self.names.get(dotted(node)) or self._attribute(self.of(value), name)
            case ast.Subscript(value=value):
                return OUTPUT if self.of(value) == OUTPUT else ""
            case ast.Call(func=func):
                return self._called(node, func)
        return ""

    def _attribute(self, owner: str, name: str) -> str:
        if owner in (OUTPUT, RESOURCE):
            return "" if name in OWN_ATTRIBUTES or name in OUTPUT_METHODS else OUTPUT
        return self.classes.get(owner, {}).get(name, "")

    def _called(self, node: ast.Call, func: ast.expr) -> str:
        if makes_resource(node, self.providers):
            return RESOURCE
        if dotted(func) in GIVES_OUTPUT or (isinstance(func, ast.Attribute) and func.attr in OUTPUT_METHODS):
            return OUTPUT
        name = dotted(func).rpartition(".")[2]
        return name if name in self.classes else ""


def scopes(module: Module, classes: Classes) -> Iterator[tuple[Scope, list[ast.AST]]]:
    """The module and each function with what its names stand for, and the nodes that belong to it alone."""
    outer = Scope(classes, module.providers)
    yield from _scopes(module.tree, outer)


def _scopes(owner: ast.AST, outer: Scope) -> Iterator[tuple[Scope, list[ast.AST]]]:
    scope = Scope(outer.classes, outer.providers, dict(outer.names))
    if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        arguments = owner.args
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            scope.names[each.arg] = kind(each.annotation)
    own = list(_own(owner))
    for node in own:
        _learn(node, scope)
    yield scope, own
    for node in own:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _scopes(node, scope)


def _own(owner: ast.AST) -> Iterator[ast.AST]:
    """Nodes below `owner` in the order of the text; a function inside is given, what it contains is not."""
    for child in ast.iter_child_nodes(owner):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(child)


def _learn(node: ast.AST, scope: Scope) -> None:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if name := dotted(target):
                    scope.names[name] = scope.of(value)
        case ast.AnnAssign(target=target, annotation=annotation) if name := dotted(target):
            scope.names[name] = kind(annotation)
