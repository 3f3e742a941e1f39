"""The conformance kit proves the sample package, and names each fault that is planted into it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from archgen.proof import Finding
from archgen.testing import NotConforming, conformance, prove_blueprint, prove_service
from tests.planting import Fault
from tests.third_party.installing import ACME, RELAY, SPECS, STREAM, Acme

SERVICE, COMPONENT, FACTS = f"{STREAM}/service.py", f"{STREAM}/component.py", f"{STREAM}/service.yaml"
BLUEPRINT = f"{RELAY}/blueprint.py"
SPEC = SPECS / "vendor-decisions.yaml"


def fault(rule: str, file: str, old: str, new: str, found_in: str | None = None) -> Fault:
    return Fault(id=rule, file=file, old=old, new=new, rule=rule, found_in=found_in or file)


RENAMED_SIZE = (
    fault(
        "",
        SERVICE,
        '                "shards",\n                "shards",',
        '                "units",\n                "shards",',
    ),
    fault(
        "", COMPONENT, "    shards: int\n    retention_hours: int\n", "    retention_hours: int\n    shards: int = 4\n"
    ),
)
"""The size is called `units` now, and the component's argument `shards` stays at its default."""


def refused(folder: pathlib.Path, of: str) -> NotConforming:
    with pytest.raises(NotConforming) as error:
        if of == "service":
            prove_service("acme_stream", cloud="aws", spec=SPEC)
        else:
            prove_blueprint("acme_decision_relay", clouds={"aws": None}, spec=SPEC)
    return error.value


def test_a_package_proves_itself_with_one_line_for_each_of_what_it_offers(installed: pathlib.Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", "tests"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(installed), *sys.path])},
        cwd=ACME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


@pytest.mark.parametrize(
    "planted",
    [
        fault(
            "component-imports",
            COMPONENT,
            "from ..contracts",
            "from ..lake_bucket.component import LakeBucket\nfrom ..contracts",
        ),
        fault("component-imports", COMPONENT, "import pulumi\n", "import pulumi\nimport requests\n"),
        fault("type-token", COMPONENT, '"archgen:aws:AcmeStream"', '"acme:Stream"'),
        fault("not-pure", SERVICE, "from archgen.sizing", "import time\nfrom archgen.sizing"),
        fault("unknown-icon", FACTS, "kinesis-data-streams.png", "acme.png"),
        fault("fact-without-source", FACTS, '    date: "2026-11"\n', ""),
        fault("fact-confidence", FACTS, "confidence: documented", "confidence: certain"),
        fault(
            "port-argument",
            SERVICE,
            "    minimum=",
            '    ports=(Port(argument="sink", kind="events", role="lake", speaks=frozenset(), verb="reads"),),\n'
            "    minimum=",
            COMPONENT,
        ),
        fault("export", SERVICE, "    minimum=", '    exports=("arn",),\n    minimum=', COMPONENT),
    ],
    ids=lambda planted: f"{planted.rule}-{planted.file.rpartition('.')[2]}",
)
def test_a_folder_that_breaks_the_contract_is_named_with_its_file(acme: Acme, planted: Fault) -> None:
    ports = Fault(id="", file=SERVICE, old="Neighbours, Service", new="Neighbours, Port, Service", rule="", found_in="")
    folder = acme(planted, ports)
    found = refused(folder, "service").findings
    assert {(finding.rule, finding.file) for finding in found} == {(planted.rule, str(folder / str(planted.found_in)))}


def test_a_size_that_no_argument_takes_is_named(acme: Acme) -> None:
    folder = acme(*RENAMED_SIZE)
    (found,) = refused(folder, "service").findings
    assert (found.rule, found.file) == ("size-not-carried", str(folder / SERVICE))
    assert "'units' (shards) is no argument of AcmeStreamArgs" in found.message


def test_a_size_that_is_told_for_the_reader_alone_is_not_looked_for(
    acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme(*RENAMED_SIZE)
    next_step = Finding(rule="reached", severity="error", message="the step after the sizes")
    monkeypatch.setattr(conformance, "generated_alike", lambda *_: (pathlib.Path(), (next_step,)))
    with pytest.raises(NotConforming) as error:
        prove_service("acme_stream", cloud="aws", spec=SPEC, told_only=["units"])
    assert error.value.findings == (next_step,)


def test_a_size_that_the_program_does_not_carry_is_found_though_its_figure_is_there(acme: Acme) -> None:
    folder = acme(fault("", COMPONENT, "shard_count=args.shards", "shard_count=17"))
    found = refused(folder, "service").findings
    # 3 shards were worked out, and an alarm of the stream looks at 3 periods: only another size tells them apart.
    assert {(finding.rule, finding.file) for finding in found} == {("size-not-carried", str(folder / COMPONENT))}
    assert "decisionsShards at 4 instead of 3" in found[0].message


def test_a_missing_grant_is_found_by_the_proof(acme: Acme) -> None:
    folder = acme(
        fault(
            "",
            COMPONENT,
            'return [self._grant(f"{reader.name}-reads-{self._name}", reader, actions, "kms:Decrypt")]',
            "return []",
        )
    )
    error = refused(folder, "service")
    grants = [finding for finding in error.findings if finding.rule == "flow-without-grant"]
    assert {"delivery-reads-decisions", "case-management-routing-reads-decisions"} == {
        finding.message.split("named '")[1].split("'")[0] for finding in grants
    }
    assert "service 'acme_stream' on aws does not conform" in str(error)


def test_what_depends_on_the_order_of_a_hash_is_not_deterministic(acme: Acme) -> None:
    folder = acme(
        fault("", SERVICE, "max(SHORTEST_RETENTION_HOURS, wanted)", 'SHORTEST_RETENTION_HOURS + hash("acme") % 999')
    )
    found = refused(folder, "service").findings
    assert {finding.rule for finding in found} == {"not-deterministic"}
    assert any(finding.file == "infra/__main__.py" and "retention_hours=" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (
            fault("blueprint-not-chosen", BLUEPRINT, "score=95.0", "score=1.0"),
            "'realtime_scoring' suits this spec as well",
        ),
        (
            fault("blueprint-unsuited", BLUEPRINT, 'training != "elsewhere"', 'training == "elsewhere"'),
            "it trains nothing",
        ),
        (
            fault("lost", BLUEPRINT, '        builder.flow(routing, consumer.id, "decisions", "source")\n', ""),
            "no flow begins or ends at consumer 'case-management'",
        ),
        (
            fault(
                "loose-flow", BLUEPRINT, 'builder.flow("decisions", "delivery"', 'builder.flow("dezisions", "delivery"'
            ),
            "'dezisions'",
        ),
        (fault("unknown-need", BLUEPRINT, "growth=0.0", "groth=0.0"), "'groth'"),
        (
            fault(
                "component-id", BLUEPRINT, '"delivery", "delivery", "delivery"', '"Delivery", "delivery", "delivery"'
            ),
            "'Delivery' is no id",
        ),
        (
            fault("blueprint-id", BLUEPRINT, 'topology("acme_decision_relay")', 'topology("relay")'),
            "expected 'acme_decision_relay'",
        ),
        (fault("one-of-role", BLUEPRINT, "    builder.platform()\n", ""), "expected one"),
        (fault("not-pure", BLUEPRINT, "from archgen.spec", "import random\nfrom archgen.spec"), "imports random"),
    ],
    ids=lambda value: value.rule if isinstance(value, Fault) else "",
)
def test_a_blueprint_that_breaks_its_contract_is_named(acme: Acme, planted: Fault, said: str) -> None:
    folder = acme(planted)
    found = refused(folder, "blueprint").findings
    assert planted.rule in {finding.rule for finding in found}
    assert {finding.file for finding in found} == {str(folder / BLUEPRINT)}
    assert any(said in finding.message for finding in found if finding.rule == planted.rule)


def test_a_spec_without_the_role_proves_nothing_and_says_so(acme: Acme) -> None:
    acme()
    with pytest.raises(NotConforming) as error:
        prove_service("acme_stream", cloud="aws", spec=ACME.parents[1] / "cases" / "demand-forecasting.yaml")
    assert [finding.rule for finding in error.value.findings] == ["role-not-in-spec"]


@pytest.mark.parametrize(
    ("cloud", "id", "rule"), [("aws", "acme_queue", "unknown-service"), ("oci", "x", "unknown-cloud")]
)
def test_what_does_not_exist_is_named_with_what_does(acme: Acme, cloud: str, id: str, rule: str) -> None:
    acme()
    with pytest.raises(NotConforming) as error:
        prove_service(id, cloud=cloud, spec=SPEC)
    (found,) = error.value.findings
    assert found.rule == rule and ("acme_stream" if cloud == "aws" else "aws") in found.message


def test_a_wrong_spec_is_named_with_its_line(acme: Acme, tmp_path: pathlib.Path) -> None:
    acme()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SPEC.read_text().replace("availability: 99.9%", "availability: always"))
    with pytest.raises(NotConforming) as error:
        prove_service("acme_stream", cloud="aws", spec=wrong)
    (found,) = error.value.findings
    assert (found.file, found.line) == (str(wrong), 16)
