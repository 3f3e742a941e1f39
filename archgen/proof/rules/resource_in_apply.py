"""Rule `resource-in-apply`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.syntax import Module, functions, makes_resource, modules


class ResourceInApply(Rule):
    """No resource is made inside an apply: a preview does not show it, and nothing waits for it."""

    id = "resource-in-apply"
    title = "no resource is made inside an apply"
    source = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/"
    example = "`bucket.id.apply(lambda id: aws.s3.BucketPolicy(...))`"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource, at its line, whether or not a run comes there."""
        for module in modules(evidence.project):
            for node in _made(module):
                message = "a resource is made inside an apply: make it outside and give it the Output"
                yield self.general(message, file=module.file, line=node.lineno)


def _made(module: Module) -> Iterator[ast.Call]:
    providers = module.providers
    named = {function.name: function for function in functions(module.tree)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply":
            for argument in node.args:
                body = named.get(argument.id) if isinstance(argument, ast.Name) else argument
                for inner in ast.walk(body) if body is not None else ():
                    if isinstance(inner, ast.Call) and makes_resource(inner, providers):
                        yield inner
