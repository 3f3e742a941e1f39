"""The commands of a deployment, in the order in which they work: what each service needs, by its component's id.

A service says in its `service.yaml` under `commands` what has to be run for it, by step: `build` (images and code
packages, once the foundation is there), `version` (the first version of a model) and `recover` (copies that come back
after the loss of a region, whose buckets `copies.json` names). A command may name `{id}`, `{key}`
(the id as settings spell it), `{project}` and `{region}`. Commands are run in `infra/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from archgen.design import Design
from archgen.program.wiring import Program
from archgen.services.catalogue import facts
from archgen.services.names import camel

Step = Literal["login", "build", "version", "recover"]
_SETS = re.compile(r"pulumi config set (\w+)")


def commands(design: Design, program: Program, step: Step) -> Sequence[str]:
    """The commands of a step, component by component in the order of the program.

    One that sets a setting which this program does not have is left out: a service may have settings for neighbours
    that are not always there.
    """
    keys = {setting.key for setting in program.settings}
    found: list[str] = []
    for instance in program.instances:
        said: Mapping[str, Sequence[str]] = facts(design.cloud.id, instance.service.id).get("commands") or {}
        for command in said.get(step) or ():
            written = _written(command, instance.id, program.name, design.region.name)
            missing = [key for key in _SETS.findall(written) if key not in keys]
            if not missing and written not in found:
                found.append(written)
    return found


def _written(command: str, id: str, project: str, region: str) -> str:
    """With names filled in. All of them are identifiers, so that none of them can be more than a word of a shell."""
    values = {"id": id, "key": camel(id), "project": project, "region": region}
    return re.sub(r"\{(id|key|project|region)\}", lambda name: values[name[1]], command)
