"""`__main__.py`, which wires the components, and `parameters.py`, which holds the figures and settings of the large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import jinja2

from archgen.design import Design
from archgen.program.calls import MODULE, Stages, function, is_long, names_used, statement
from archgen.program.text import import_lines, string
from archgen.program.wiring import Instance, Program
from archgen.services.names import camel, variable

_FOUNDATION = "foundation"


def main_files(design: Design, program: Program, jinja: jinja2.Environment) -> Mapping[str, str]:
    """Path -> text of the program's own modules; `parameters.py` only where it has anything to say."""
    stages = {instance.id: instance.stage for instance in program.instances}
    long = [instance for instance in program.instances if is_long(instance, stages)]
    files = {"infra/__main__.py": _main(design, program, stages, jinja)}
    if long or program.live_settings:
        files[f"infra/{MODULE}.py"] = _parameters(program, long, jinja)
    return files


def _main(design: Design, program: Program, stages: Stages, jinja: jinja2.Environment) -> str:
    cloud = design.cloud
    foundation = next(i for i in program.instances if i.service.role == _FOUNDATION)
    others = [instance for instance in program.instances if instance is not foundation]
    calls = {instance.id: statement(instance, stages) for instance in program.instances}
    platform = jinja.get_template(f"{cloud.id}/platform.py.j2").render(
        foundation=variable(foundation.id), foundation_call=calls[foundation.id]
    )
    written = "\n".join(calls.values())
    names: dict[str, set[str]] = {"components.contracts": {cloud.facts["contracts"]}}
    for instance in program.instances:
        used = names.setdefault(f"components.{instance.service.id}.component", set())
        used.add(instance.service.class_name)
        if not is_long(instance, stages):
            used.add(f"{instance.service.class_name}Args")
    text = jinja.get_template("project/infra/__main__.py.j2").render(
        docstring=f"The platform {design.spec.name}, wired from its components.",
        sdk_imports=cloud.facts["imports"],
        imports=[*([f"import {MODULE}"] if f"{MODULE}." in written else []), *import_lines(names)],
        configured="config." in written,
        platform=platform.rstrip("\n"),
        stages=[
            (stage.replace("-", " ").capitalize(), [calls[instance.id] for instance in group])
            for stage, group in groupby(others, key=lambda instance: instance.stage)
        ],
        exports=[
            (string(camel(f"{i.id}-{name}")), f"{variable(i.id)}.{name}")
            for i in program.instances
            for name in i.service.exports
        ],
    )
    return text.rstrip("\n") + "\n"


def _parameters(program: Program, long: Sequence[Instance], jinja: jinja2.Environment) -> str:
    functions = [function(instance) for instance in long]
    packages, own = names_used(long)
    standard = [line for line in packages if line.startswith("from collections")]
    sdk = sorted({line for line in packages if line not in standard} | {"import pulumi"})
    live = [string(setting.key) for setting in program.live_settings]
    text = jinja.get_template("project/infra/parameters.py.j2").render(
        standard=standard,
        packages=sdk,
        own=[*own, *(["from settings import live_settings"] if live else [])],
        configured=any("config." in text for text in functions),
        live=live,
        functions=functions,
    )
    return text.rstrip("\n") + "\n"
