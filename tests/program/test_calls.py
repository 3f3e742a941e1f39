from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import pytest

from archgen.program.calls import MOST_LINES
from archgen.program.project import project_files
from archgen.program.text import string
from tests.specs import designed, wired


def _module(case: str, name: str) -> ast.Module:
    return ast.parse(project_files(designed(case), wired(case))[f"infra/{name}.py"].decode())


def _components(module: ast.Module) -> Iterator[ast.Assign]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.value.args) == 2:
            yield node


@pytest.fixture(scope="module", params=("payments-fraud", "demand-forecasting"))
def main(request: pytest.FixtureRequest) -> ast.Module:
    return _module(request.param, "__main__")


def test_a_component_takes_few_lines_of_the_architecture(main: ast.Module):
    lines = {ast.unparse(node.targets[0]): (node.end_lineno or 0) - node.lineno + 1 for node in _components(main)}
    assert len(lines) > 10
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_the_architecture_has_no_loop_branch_function_or_policy(main: ast.Module):
    forbidden = (ast.For, ast.While, ast.If, ast.IfExp, ast.comprehension, ast.FunctionDef, ast.Lambda, ast.Dict)
    assert [ast.unparse(node) for node in ast.walk(main) if isinstance(node, forbidden)] == []


def test_what_is_wired_stays_in_the_architecture_and_figures_stay_out_of_it():
    calls = {ast.unparse(node.targets[0]): node.value for node in _components(_module("payments-fraud", "__main__"))}
    scoring = calls["scoring"]
    assert isinstance(scoring, ast.Call)
    given = scoring.args[1]
    assert isinstance(given, ast.Call)
    assert ast.unparse(given.func) == "parameters.scoring"
    assert {word.arg for word in given.keywords} >= {"model", "decisions", "features", "token_key"}
    assert all(isinstance(word.value, ast.Name) for word in given.keywords)


def test_a_function_names_what_it_is_given_and_never_another_component():
    for node in _functions(_module("payments-fraud", "parameters")):
        taken = {argument.arg for argument in node.args.kwonlyargs}
        used = {name.id for name in ast.walk(node.body[-1]) if isinstance(name, ast.Name)}
        assert used - taken <= {"config", "live", ast.unparse(node.returns or node)}, node.name


def test_an_item_within_a_record_is_named_by_its_place():
    curation = next(f for f in _functions(_module("payments-fraud", "parameters")) if f.name == "curation")
    assert "sources[0])" in ast.unparse(curation)


def _functions(module: ast.Module) -> Sequence[ast.FunctionDef]:
    return [node for node in module.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("value", ["plain", 'IsUnique "id"', "it's", '"it\'s"', '\\"', "\\", '""\'', "\u2028é\n"])
def test_a_literal_means_its_value(value: str):
    assert ast.literal_eval(string(value)) == value
