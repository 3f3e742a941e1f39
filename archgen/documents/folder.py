"""All documents of a design: README, architecture, decision records, sizing."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.design import PRODUCTION, Design
from archgen.documents.markdown import number, table, text
from archgen.documents.records import records
from archgen.documents.runbook import commands
from archgen.documents.sizing_page import sizing_page
from archgen.pictures import pictures
from archgen.program.apps import has_app
from archgen.program.project import environment
from archgen.program.wiring import Program
from archgen.services.catalogue import facts
from archgen.services.names import camel

COPIES = "second-region"
"""The role of what keeps copies where the loss of the region does not reach."""
MINUTE = 60


def documents(design: Design, program: Program) -> Mapping[str, bytes]:
    """Path -> bytes of `README.md`, `docs/` and the topology picture."""
    pages = {
        "README.md": _readme(design, program),
        "docs/architecture.md": _architecture(design, program),
        "docs/sizing.md": sizing_page(design),
    }
    return {path: content.encode() for path, content in (pages | records(design)).items()}


def _readme(design: Design, program: Program) -> str:
    spec = design.spec
    wanted = [(f"`{s.key}`", "yes" if s.secret else "", text(s.description)) for s in program.settings if not s.live]
    live = [(f"`{s.key}`", text(s.description)) for s in program.live_settings]
    return (
        environment()
        .get_template("project/docs/README.md.j2")
        .render(
            title=text(spec.title or spec.name),
            name=program.name,
            statement=text(spec.objective.statement),
            cloud=design.cloud.title,
            cloud_id=design.cloud.id,
            region=design.region.name,
            region_setting=design.cloud.facts["stack_settings"]["region"],
            picture=_picture(design, program),
            settings=table(("setting", "secret", "what"), wanted),
            live=table(("setting", "what"), live) if live else "",
            live_keys=[setting.key for setting in program.live_settings],
            login=commands(design, program, "login"),
            build=commands(design, program, "build"),
            version=commands(design, program, "version"),
            quotas=_quotas(design),
            sizes=[setting.key for setting in program.stack_settings],
            limits=_limits(design),
            stacks=design.stacks,
            recover=commands(design, program, "recover"),
            copies=[f"{camel(one.id)}Buckets" for one in design.topology.of_role(COPIES)],
            behind=_behind(design),
            apps=sorted(i.id for i in program.instances if has_app(design.cloud.id, i.service.id)),
            spec_hash=design.spec_hash[:12],
        )
    )


def _behind(design: Design) -> str:
    """How far copies in a second region may be behind what was stored."""
    return f"{number(design.assumptions.value('copied_within') / MINUTE)} min"


def _picture(design: Design, program: Program) -> str:
    """The logical view as Mermaid, which readers of Markdown see without opening a file."""
    return pictures(design, program, formats=("mmd",), views=("logical",))["diagrams/logical.mmd"].decode()


def _quotas(design: Design) -> str:
    users: dict[tuple[str, str, str], list[str]] = {}
    for id, binding in design.bindings.items():
        for quota in facts(design.cloud.id, binding.service.id).get("quotas") or ():
            users.setdefault((text(quota["name"]), text(quota["service"]), text(quota["text"])), []).append(id)
    rows = [
        (name, service, "; ".join(_sized(design, id) for id in ids), what)
        for (name, service, what), ids in sorted(users.items())
    ]
    return table(("quota", "service", f"sizes in {PRODUCTION}", "what to ask for"), rows) if rows else ""


def _sized(design: Design, id: str) -> str:
    """A component with its sizes in production: the figures that a quota has to hold."""
    sizes = [f"{row.name} {number(row.value)}" for row in design.bindings[id].sizes[PRODUCTION]]
    return f"{id} ({', '.join(sizes)})" if sizes else id


def _limits(design: Design) -> list[str]:
    """What this program does not do, said before somebody finds out."""
    limits = ["Nothing was deployed: the proof is offline, against the SDK's types and published limits."]
    limits += ["Sizes rest on assumptions until a load test replaces them (`docs/sizing.md`)."]
    if any(design.topology.of_role(COPIES)):
        limits.append(
            "Recovery targets hold for the loss of a zone. After the loss of the region what is stored lies in a second"
            f" one, up to {_behind(design)} behind; the rest is deployed there by people."
        )
    elif "recovery" in design.decisions:
        limits.append("The loss of a whole region is not covered; its recovery targets hold for the loss of a zone.")
    noted = {id: facts(design.cloud.id, b.service.id).get("notes") or () for id, b in design.bindings.items()}
    limits += [f"`{id}`: {text(note)}" for id, notes in noted.items() for note in notes]
    for framework in sorted(design.spec.governance.frameworks):
        limits.append(
            f"No conformity with {framework.upper()} is claimed: technical measures are, processes are yours."
        )
    return limits


def _architecture(design: Design, program: Program) -> str:
    parts = [
        f"# Architecture of {text(design.spec.title or design.spec.name)}",
        "```mermaid\n" + _picture(design, program) + "```",
        "## Components",
        table(
            ("component", "role", "service", "why this service"),
            [
                (id, b.service.role, text(b.service.title), text("; ".join(b.choice.fit.reasons)))
                for id, b in design.bindings.items()
            ],
        ),
        "## Flows",
        table(
            ("step", "from", "to", "kind", "data", "grant", "opened by"),
            [
                (
                    number(r.flow.step),
                    r.flow.source,
                    r.flow.target,
                    r.flow.kind,
                    r.flow.data_class,
                    f"`{r.flow.opener}-{r.port.verb}-{r.flow.other}`",
                    r.flow.opener,
                )
                for r in program.flows
            ],
        ),
        "## Decisions",
        table(
            ("decision", "choice", "kind", "record"),
            [
                (text(d.question), text(d.choice), d.kind, f"[{n:04d}](decisions/{n:04d}-{d.id}.md)")
                for n, d in enumerate(design.decisions.values(), start=1)
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"
