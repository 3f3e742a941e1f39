"""What another package offers is found, generated and proved; what is wrong with it is said with package and file."""

from __future__ import annotations

import pathlib

import pytest
from click.testing import CliRunner, Result

from archgen import registry
from archgen.blueprints import blueprints
from archgen.cli import main
from archgen.design import design
from archgen.errors import TemplateError
from archgen.program import wire
from archgen.services.catalogue import folder, services
from tests.planting import Fault
from tests.specs import changed
from tests.third_party.installing import RELAY, SPECS, STREAM, Acme

SERVICE, COMPONENT, FACTS = f"{STREAM}/service.py", f"{STREAM}/component.py", f"{STREAM}/service.yaml"
BLUEPRINT, README = f"{RELAY}/blueprint.py", f"{RELAY}/README.md"
SPEC = SPECS / "vendor-decisions.yaml"


def generate(folder: pathlib.Path) -> Result:
    """`archgen generate` into `<folder>/out`, with Acme's stream pinned."""
    spec = folder / "spec.yaml"
    pinned = "  landing_zone: existing\n  services: {event-stream: acme_stream}\n"
    spec.write_text(SPEC.read_text().replace("  landing_zone: existing\n", pinned))
    return CliRunner().invoke(main, ["generate", str(spec), "-o", str(folder / "out"), "--only", "infra"])


def test_what_is_installed_lies_beside_what_archgen_brings(acme: Acme) -> None:
    place = acme()
    assert registry.folders("templates")[-1] == place / "acme_archgen" / "templates"
    assert folder("aws", "acme_stream") == place / STREAM
    assert {"acme_stream", "kinesis_stream"} <= set(services("aws"))
    assert {"acme_decision_relay", "realtime_scoring"} <= {blueprint.id for blueprint in blueprints()}
    assert registry.package_of(place / SERVICE) == "acme-archgen"
    assert registry.package_of(folder("aws", "kinesis_stream") / "service.py") is None


def test_the_commands_know_it_and_generate_with_it(acme: Acme, tmp_path: pathlib.Path) -> None:
    acme()
    assert "acme_stream" in CliRunner().invoke(main, ["services", "--cloud", "aws"]).output
    assert "Relay of decisions that are made elsewhere" in CliRunner().invoke(main, ["blueprints"]).output
    done = generate(tmp_path)
    assert done.exit_code == 0, done.output
    infra = tmp_path / "out" / "infra"
    assert (infra / "components/acme_stream/component.py").is_file()
    assert not (infra / "components/acme_stream/service.py").exists()
    assert "AcmeStreamArgs(" in "".join(path.read_text() for path in infra.glob("*.py"))


def test_a_blueprint_of_archgen_takes_it_by_a_pin(acme: Acme) -> None:
    acme()
    spec = changed("fraud-slice", ("services: {} ", "services: {event-stream: acme_stream} "))
    streams = [instance for instance in wire(design(spec)).instances if instance.service.role == "event-stream"]
    assert {instance.id: instance.service.id for instance in streams} == {
        "decisions": "acme_stream",
        "events": "acme_stream",
    }
    # The replay that is assumed is shorter than Acme's week.
    assert {instance.arguments["retention_hours"] for instance in streams} == {168}


def without(file: str, old: str, new: str, id: str) -> Fault:
    return Fault(id=id, file=file, old=old, new=new, rule=id, found_in=file)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (without(SERVICE, "SERVICE = AcmeStream(", "STREAM = AcmeStream(", "no-service"), "it has no SERVICE"),
        (without(SERVICE, 'id="acme_stream"', 'id="acme"', "service-id"), "id 'acme'"),
        (without(SERVICE, "class AcmeStream(Service):", "class AcmeStream(Service)", "syntax"), "SyntaxError"),
        (without(SERVICE, "archgen.sizing", "archgen.sising", "import"), "No module named 'archgen.sising'"),
        (
            without(SERVICE, "from archgen.services import", "import pulumi_aws\nfrom archgen.services import", "sdk"),
            "it imports pulumi_aws, and designing has to do without a provider's SDK",
        ),
        (without(SERVICE, "SHORTEST_RETENTION_HOURS = 168", "raise SystemExit(0)", "exit"), "SystemExit: 0"),
        (without(FACTS, "title: Acme event stream", "title: [", "yaml"), "it is no YAML"),
        (without(FACTS, "title: Acme event stream", "subtitle: x", "title"), "it has no title"),
        (without(FACTS, "icon:", "picture_of:", "icon"), "it has no icon"),
        (without(COMPONENT, "class AcmeStreamArgs:", "class StreamArgs:", "class"), "no class AcmeStreamArgs"),
        (without(COMPONENT, "class AcmeStream(", "class AcmeStream[", "component"), "it is no Python"),
        (without(BLUEPRINT, "def suits(", "def fits(", "suits"), "it has no function suits"),
        (without(README, "# Relay of decisions that are made elsewhere", "", "readme"), "no title"),
        (
            without(SERVICE, 'component.needs["replay_hours"]', 'component.needs["replay"]', "raises"),
            "arguments() raised KeyError: 'replay'",
        ),
        (
            without(BLUEPRINT, "builder.platform()", "builder.platforms()", "attribute"),
            "topology() raised AttributeError",
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Fault) else "",
)
def test_a_fault_names_package_file_and_what_is_wrong(
    acme: Acme, tmp_path: pathlib.Path, planted: Fault, said: str
) -> None:
    place = acme(planted)
    done = generate(tmp_path)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), "no traceback"
    assert str(place / planted.file) in done.output
    assert "package 'acme-archgen'" in done.output and said in done.output
    assert not (tmp_path / "out").exists()


def test_a_line_is_named_where_there_is_one(acme: Acme) -> None:
    place = acme(without(SERVICE, "SHORTEST_RETENTION_HOURS = 168", "SHORTEST_RETENTION_HOURS = 7 * DAY", "name"))
    with pytest.raises(TemplateError) as error:
        services("aws")
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == (str(place / SERVICE), 12)


@pytest.mark.parametrize("kind", ["templates", "blueprints"])
def test_an_id_that_archgen_has_is_refused_instead_of_replacing_it(acme: Acme, kind: str) -> None:
    # Copied before anything is loaded: the same folder name as one of archgen's own.
    place = acme(without(README, "# Relay", "# The relay", "copy"))
    old, new = (STREAM, "kinesis_stream") if kind == "templates" else (RELAY, "realtime_scoring")
    (place / old).rename((place / old).with_name(new))
    with pytest.raises(TemplateError) as error:
        services("aws") if kind == "templates" else blueprints()
    (problem,) = error.value.problems
    assert problem.id == "id-taken" and "package 'acme-archgen'" in problem.message
    assert str(registry.folders(kind)[0]) in problem.message, "the one that it collides with"
    assert str(problem.file).startswith(str(place))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("acme = acme_archgen.templates", "acme = acme_archgen.tempates", "names no folder of Python"),
        ("acme = acme_archgen.templates", "acme = acme.templates", "cannot be located: ModuleNotFoundError"),
        (
            "acme = acme_archgen.templates",
            "acme = acme_archgen.blueprints.acme_decision_relay.blueprint",
            "names no folder",
        ),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_named_with_its_package(acme: Acme, old: str, new: str, said: str) -> None:
    acme(without("acme_archgen-0.1.0.dist-info/entry_points.txt", old, new, "entry"))
    done = CliRunner().invoke(main, ["services"])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert "package 'acme-archgen'" in done.output and said in done.output
