"""The Pulumi project of a program: its own modules, the components beside them, stacks, tests and workflow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import jinja2
from ruamel.yaml import YAML

from archgen import registry
from archgen.blueprints.builder import most_sensitive
from archgen.design import Design
from archgen.program.apps import app_files, files_below, has_app
from archgen.program.coverage import coverage
from archgen.program.main_module import main_files
from archgen.program.wiring import Program
from archgen.services.catalogue import folder
from archgen.services.names import camel, label
from archgen.services.service import Setting

_NOT_EMITTED = ("service.py", "service.yaml")
_RENDERED_APART = ("infra/__main__.py.j2", "infra/parameters.py.j2")


def project_files(design: Design, program: Program) -> Mapping[str, bytes]:
    """Path -> bytes of everything below `infra/` and `app/`, the workflow, and what the proof is told."""
    files = {
        **main_files(design, program, environment()),
        "infra/Pulumi.yaml": _yaml(_pulumi_yaml(design, program)),
        "docs/coverage.json": _json(coverage(design, program)),
        ".archgen/settings.json": _json(_samples(program)),
    }
    for stack in design.stacks:
        files[f"infra/Pulumi.{stack}.yaml"] = _yaml(_stack_yaml(design, program, stack))
    text = {path: content.encode() for path, content in files.items()}
    return text | dict(_shared(design, program)) | dict(_components(design, program)) | dict(_apps(design, program))


def environment() -> jinja2.Environment:
    """Jinja over every templates folder; a name that is not given is an error."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(place) for place in registry.folders("templates")]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python, YAML and Markdown: each value is escaped where it is put
    )
    # A setting's key begins with the id of its component in this form.
    found.filters["camel"] = camel
    return found


def _pulumi_yaml(design: Design, program: Program) -> Mapping[str, Any]:
    declared: dict[str, Any] = {setting.key: _declared(setting) for setting in program.settings}
    for size in program.stack_settings:
        declared[size.key] = {"type": size.type, "description": size.description}
    return {
        "name": program.name,
        "description": design.spec.title or design.spec.name,
        "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}},
        "config": dict(sorted(declared.items())),
    }


def _declared(setting: Setting) -> Mapping[str, Any]:
    declared: dict[str, Any] = {"type": setting.type, "description": setting.description}
    if setting.type == "array":
        declared["items"] = {"type": "string"}
    if setting.secret:
        declared["secret"] = True
    if setting.live:
        declared["default"] = ""
    return declared


def _stack_yaml(design: Design, program: Program, stack: str) -> Mapping[str, Any]:
    spec, keys = design.spec, design.cloud.facts["stack_settings"]
    tags = {"project": spec.name, "environment": stack, "managed-by": "pulumi"}
    if spec.owner:
        tags["owner"] = spec.owner.team
    tags["data-class"] = most_sensitive(flow.data_class for flow in design.topology.flows)
    labels = {key: label(value) for key, value in tags.items()}
    config: dict[str, Any] = {keys["region"]: design.region.name}
    config[keys["tags"]] = labels if keys.get("tag_form") == "label" else {"tags": tags}
    for setting in program.stack_settings:
        config[f"{program.name}:{setting.key}"] = setting.values[stack]
    return {"config": config}


def _samples(program: Program) -> Mapping[str, Any]:
    return {
        "settings": {
            setting.key: {
                "type": setting.type,
                "secret": setting.secret,
                "phase": "live" if setting.live else None,
                "sample": list(setting.sample) if isinstance(setting.sample, tuple) else setting.sample,
                "description": setting.description,
            }
            for setting in program.settings
        }
    }


def _components(design: Design, program: Program) -> Iterator[tuple[str, bytes]]:
    yield "infra/components/__init__.py", b'"""The parts of the platform."""\n'
    root = registry.find("templates", f"{design.cloud.id}/contracts.py")
    yield "infra/components/contracts.py", root.read_bytes()
    hardened = root.parent / "hardened"
    for path in files_below(hardened):
        yield f"infra/components/hardened/{path.relative_to(hardened).as_posix()}", path.read_bytes()
    for service in sorted({instance.service.id for instance in program.instances}):
        place = folder(design.cloud.id, service)
        for path in files_below(place):
            relative = path.relative_to(place)
            if relative.parts[0] != "app" and relative.as_posix() not in _NOT_EMITTED:
                yield f"infra/components/{service}/{relative.as_posix()}", path.read_bytes()


def _apps(design: Design, program: Program) -> Iterator[tuple[str, bytes]]:
    for instance in program.instances:
        for path, content in app_files(design.cloud.id, instance.service.id).items():
            yield f"app/{instance.id}/{path}", content


def _shared(design: Design, program: Program) -> Iterator[tuple[str, bytes]]:
    """What every project has, whatever the cloud: `templates/project/` with its Jinja files rendered.

    A file that says nothing for this project, since a condition encloses all of it, is not emitted.
    """
    place = registry.find("templates", "project")
    given = {
        "name": program.name,
        "cloud": design.cloud.id,
        "requirements": design.cloud.facts["requirements"],
        "stacks": design.stacks,
        "live": [setting.key for setting in program.live_settings],
        "apps": sorted(i.id for i in program.instances if has_app(design.cloud.id, i.service.id)),
        "components": [instance.id for instance in program.instances],
        "roles": sorted({instance.service.role for instance in program.instances}),
        "ids": {instance.service.role: instance.id for instance in reversed(program.instances)},
    }
    for path in files_below(place):
        relative = path.relative_to(place).as_posix()
        if relative in _RENDERED_APART or relative.startswith("docs/"):
            continue
        target = relative.replace("github/", ".github/", 1).removesuffix(".j2")
        target = ".gitignore" if target == "gitignore" else target
        if relative.endswith(".j2"):
            text = environment().get_template(f"project/{relative}").render(given)
            if text.strip():
                yield target, text.encode()
        else:
            yield target, path.read_bytes()


def _yaml(value: Mapping[str, Any]) -> str:
    writer = YAML()
    writer.default_flow_style = False
    writer.width = 4096
    writer.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    writer.dump(_plain(value), out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """Without the subclasses that the YAML writer does not know."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
