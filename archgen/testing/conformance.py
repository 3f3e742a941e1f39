"""Proving that a service or a blueprint conforms: its contract, its design, what is written, and what that makes."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ruamel.yaml import YAML

from archgen.blueprints import blueprints, choose
from archgen.blueprints.catalogue import Blueprint
from archgen.checking.results import refused
from archgen.design import PRODUCTION, Design, Plan, design, plan
from archgen.engine import Project, load_project
from archgen.engine.configuration import PHASES
from archgen.errors import ArchgenError
from archgen.pictures import unavailable
from archgen.pictures.views import VIEWS, Subject
from archgen.program import wire
from archgen.program.wiring import Program
from archgen.proof import Finding, Proof, prove
from archgen.registry import blaming
from archgen.services import Fit, Service
from archgen.services.catalogue import clouds as known_clouds
from archgen.services.catalogue import component_source, folder, services
from archgen.spec import load
from archgen.testing.contract import blueprint_faults, fault, service_faults
from archgen.testing.determinism import generated_alike
from archgen.testing.sizes import sizes_carried
from archgen.testing.topologies import topology_faults


@dataclass(frozen=True, kw_only=True)
class Conformance:
    """What was proved: every stack in both phases, by cloud.

    `unused_ports` are the arguments of a service's ports that the spec made no flow for: they are not proved, and
    another spec has to.
    """

    subject: str
    proofs: Mapping[str, tuple[Proof, ...]]
    unused_ports: tuple[str, ...] = ()


class NotConforming(AssertionError):
    """What does not conform, and every finding that says why."""

    def __init__(self, subject: str, findings: Iterable[Finding]) -> None:
        self.subject, self.findings = subject, tuple(findings)
        # Several stacks, or several resources of one line, say the same.
        said = dict.fromkeys(f"  {_said(each)}" for each in self.findings)
        super().__init__("\n".join([f"{subject} does not conform:", *said]))


def prove_service(
    service: str,
    *,
    cloud: str,
    spec: str | pathlib.Path,
    region: str | None = None,
    told_only: Collection[str] = (),
) -> Conformance:
    """Prove a service of a cloud by a spec whose topology has its role; the spec is designed with the service pinned.

    Its folder keeps the contract of its kind; the spec binds it; each of its sizes is an argument of its component, but
    for those in `told_only`, which are for the reader alone; generations in several interpreters are alike; the program
    is proved offline, every stack in both phases: coverage, grants and paths of all flows, sizes, inputs; and what it
    makes follows its sizes when they change.

    Raises `NotConforming` with all findings of the first of these that fails.
    """
    subject = f"service '{service}' on {cloud}"
    with _refusing(subject), tempfile.TemporaryDirectory() as place:
        known = _service(subject, cloud, service)
        _none(subject, service_faults(cloud, known))
        pinned = _pinned(pathlib.Path(spec), known, pathlib.Path(place))
        _none(subject, _fits(known, plan(load(pinned))))
        designed = design(load(pinned), cloud, region)
        program = wire(designed)
        _none(subject, _use(known, designed, told_only))
        proofs, project = _proved(subject, pinned, designed, program, pathlib.Path(place))
        source = folder(cloud, service) / "component.py"
        live = next(proof for proof in proofs if (proof.stack, proof.phase) == (PRODUCTION, "live"))
        _none(subject, sizes_carried(project, PRODUCTION, service, live.resources, source))
        return Conformance(subject=subject, proofs={cloud: proofs}, unused_ports=_unused(known, program))


def prove_blueprint(blueprint: str, *, clouds: Mapping[str, str | None], spec: str | pathlib.Path) -> Conformance:
    """Prove a blueprint by a spec, on each cloud, in the region that stands with it (None: the spec's).

    Its folder keeps the contract of its kind; it suits the spec better than any other; every source and consumer of the
    spec is in its topology, which is whole; and on each cloud generations are alike and the program is proved offline.

    Raises `NotConforming` with all findings of the first of these that fails.
    """
    subject, path = f"blueprint '{blueprint}'", pathlib.Path(spec)
    with _refusing(subject):
        known = _blueprint(subject, blueprint)
        _none(subject, blueprint_faults(known))
        planned = plan(load(path))
        _none(subject, _choice(known, planned))
        if planned.topology is not None:
            _none(subject, topology_faults(planned.topology, planned.spec, known))
        proofs = {}
        for cloud, region in clouds.items():
            with tempfile.TemporaryDirectory() as place:
                designed = design(planned.spec, cloud, region)
                made = f"{subject} on {cloud}"
                proofs[cloud], _ = _proved(made, path, designed, wire(designed), pathlib.Path(place))
        return Conformance(subject=subject, proofs=proofs)


def service_test(
    service: str,
    *,
    cloud: str,
    spec: str | pathlib.Path,
    region: str | None = None,
    told_only: Collection[str] = (),
) -> Callable[[], None]:
    """`prove_service` as a test that pytest collects: `test_stream = service_test("acme_stream", ...)`."""

    def test() -> None:
        prove_service(service, cloud=cloud, spec=spec, region=region, told_only=told_only)

    return test


def blueprint_test(blueprint: str, *, clouds: Mapping[str, str | None], spec: str | pathlib.Path) -> Callable[[], None]:
    """`prove_blueprint` as a test that pytest collects."""

    def test() -> None:
        prove_blueprint(blueprint, clouds=clouds, spec=spec)

    return test


@contextmanager
def _refusing(subject: str) -> Generator[None]:
    try:
        with blaming():
            yield
    except ArchgenError as error:
        raise NotConforming(subject, refused(error.problems)) from error


def _none(subject: str, findings: Iterable[Finding]) -> None:
    if found := tuple(findings):
        raise NotConforming(subject, found)


def _service(subject: str, cloud: str, id: str) -> Service:
    for what, known, wanted in (("cloud", known_clouds(), cloud), ("service", services(cloud), id)):
        if wanted not in known:
            message = f"there is no {what} '{wanted}'; expected one of {', '.join(known)}"
            raise NotConforming(subject, [fault(f"unknown-{what}", message)])
    return services(cloud)[id]


def _blueprint(subject: str, id: str) -> Blueprint:
    known = {blueprint.id: blueprint for blueprint in blueprints()}
    if id not in known:
        message = f"there is no blueprint '{id}'; expected one of {', '.join(known)}"
        raise NotConforming(subject, [fault("unknown-blueprint", message)])
    return known[id]


def _pinned(spec: pathlib.Path, service: Service, place: pathlib.Path) -> pathlib.Path:
    """A copy of the spec that pins the service to its role."""
    load(spec)  # what is wrong with it is said with the lines of the file that the author knows
    yaml = YAML()
    said = yaml.load(spec.read_text(encoding="utf-8"))
    said.setdefault("platform", {})["services"] = {
        **(said["platform"].get("services") or {}),
        service.role: service.id,
    }
    pinned = place / spec.name
    with pinned.open("w", encoding="utf-8") as file:
        yaml.dump(said, file)
    return pinned


def _fits(service: Service, planned: Plan) -> Iterator[Finding]:
    topology = planned.topology
    of_role = tuple(topology.of_role(service.role)) if topology else ()
    if topology and not of_role:
        yield fault("role-not-in-spec", f"no component of this spec has the role '{service.role}'")
    for component in of_role:
        if not isinstance(service.suits(component.needs), Fit):
            yield fault("wrong-return", f"suits() returns no Fit for '{component.id}'")


def _use(service: Service, designed: Design, told_only: Collection[str]) -> Iterator[Finding]:
    """Each size is an argument: a row that is called otherwise would leave the component at its default."""
    source, path = component_source(designed.cloud.id, service.id), folder(designed.cloud.id, service.id)
    rows = {
        row.name: row
        for binding in designed.bindings.values()
        if binding.service.id == service.id
        for rows in binding.sizes.values()
        for row in rows
    }
    for name in sorted(set(rows) - set(source.arguments) - set(told_only)):
        message = (
            f"size '{name}' ({rows[name].unit}) is no argument of {service.class_name}Args, so that the program does"
            " not carry it; call both alike, or name it in told_only where it is for the reader alone"
        )
        yield fault("size-not-carried", message, path / "service.py")


def _choice(blueprint: Blueprint, planned: Plan) -> Iterator[Finding]:
    fit = blueprint.suits(planned.spec, planned.decisions)
    path = blueprint.folder / "blueprint.py"
    if not isinstance(fit, Fit):
        yield fault("wrong-return", "suits() returns no Fit", path)
        return
    for violation in fit.violated:
        message = f"{violation.need}: {violation.reason}: found {violation.found}, limit {violation.limit}"
        yield fault("blueprint-unsuited", message, path)
    chosen, _ = choose(planned.spec, planned.decisions)
    if not fit.violated and chosen is not None and chosen.id != blueprint.id:
        message = f"'{chosen.id}' suits this spec as well, and has no lower score than {fit.score:g}"
        yield fault("blueprint-not-chosen", message, path)


def _proved(
    subject: str, spec: pathlib.Path, designed: Design, program: Program, place: pathlib.Path
) -> tuple[tuple[Proof, ...], Project]:
    """What its pictures show, that generations are alike, and the proofs of every stack in both phases."""
    absent = unavailable(designed, program)
    for view in VIEWS:
        if view.VIEW not in absent:
            view.drawn(Subject(design=designed, program=program))
    written, different = generated_alike(spec, designed.cloud.id, designed.region.name, place)
    _none(subject, different)
    project = load_project(written)
    proofs = tuple(prove(project, tuple(sorted(project.stacks)), PHASES))
    found = dict.fromkeys(each for proof in proofs for each in proof.findings if each.severity != "note")
    _none(subject, [_at_origin(finding, designed) for finding in found])
    return proofs, project


def _at_origin(finding: Finding, designed: Design) -> Finding:
    """The finding at the file that the component was copied from, which its author can edit."""
    parts = pathlib.PurePosixPath(finding.file or "").parts
    ids = {binding.service.id for binding in designed.bindings.values()}
    if len(parts) > 2 and parts[0] == "components" and parts[1] in ids:
        return replace(finding, file=str(folder(designed.cloud.id, parts[1]).joinpath(*parts[2:])))
    return finding


def _unused(service: Service, program: Program) -> tuple[str, ...]:
    owners = {instance.id for instance in program.instances if instance.service.id == service.id}
    used = [flow.port for flow in program.flows if flow.owner in owners]
    return tuple(sorted(port.argument or port.kind for port in service.ports if port not in used))


def _said(finding: Finding) -> str:
    where = ":".join(str(part) for part in (finding.file, finding.line) if part is not None)
    return f"{where + ': ' if where else ''}{finding.rule}: {finding.message}"
