"""Rule `output-compared`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from archgen.proof.outputs import OUTPUT, Scope, class_fields, scopes
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.syntax import modules


class OutputCompared(Rule):
    """No Output is compared or asked whether it is true; `is None` on an optional argument is no comparison."""

    id = "output-compared"
    title = "no Output is compared or asked whether it is true"
    source = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/"
    example = '`if bucket.region == "eu-west-1":`, which is false in every region'

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per test, at its line; neither run can show it."""
        program = modules(evidence.project)
        classes = class_fields(program)
        for module in program:
            for scope, nodes in scopes(module, classes):
                for node in _tested(nodes, scope):
                    message = (
                        f"`{ast.unparse(node)}` is an Output, whose value no test can see: test inside an apply, or"
                        " test a setting"
                    )
                    yield self.general(message, file=module.file, line=getattr(node, "lineno", None))


def _tested(nodes: Iterable[ast.AST], scope: Scope) -> Iterator[ast.AST]:
    for node in nodes:
        for each in _operands(node):
            if scope.of(each) == OUTPUT:
                yield each


def _operands(node: ast.AST) -> Iterator[ast.AST]:
    """What a statement or an expression asks for its value."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for operator, one, other in zip(ops, [left, *others], others, strict=False):
                if isinstance(operator, ast.In | ast.NotIn):
                    yield one
                elif not isinstance(operator, ast.Is | ast.IsNot):
                    yield from (one, other)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.BoolOp(values=values):
            yield from values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.comprehension(ifs=ifs):
            yield from ifs
        case ast.Call(func=ast.Name(id="bool"), args=[argument]):
            yield argument
