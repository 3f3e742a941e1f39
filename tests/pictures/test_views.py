from __future__ import annotations

from dataclasses import replace

import pytest

from archgen.pictures.drawing import Drawn, unavailable
from archgen.pictures.page import Imprint, title_block
from archgen.pictures.scene import Chart
from archgen.pictures.sheet import Words
from archgen.pictures.style import style
from archgen.pictures.views import VIEWS, Subject, context, data_flow, logical, network, security
from archgen.pictures.views.latency_budget import ticks
from archgen.pictures.views.parts import grouped, worst
from archgen.services.catalogue import clouds, facts, services
from tests.pictures.conftest import subject_of
from tests.pictures.geometry_checks import faults


def test_the_views_of_a_model_that_is_brought(fraud: Subject) -> None:
    absent = unavailable(fraud.design, fraud.program)
    assert absent == {
        "lifecycle": "the models are trained elsewhere and brought",
        "batch-window": "there is no batch run",
    }


def test_every_view_is_drawn_without_a_fault(sheets: dict[str, Drawn]) -> None:
    assert set(sheets) == {"context", "logical", "data-flow", "network", "security", "latency-budget"}
    for name, view in sheets.items():
        if view.sheet.layout:
            assert faults(view.sheet.layout) == [], name
            assert len(view.sheet.layout.nodes) <= 45


@pytest.mark.parametrize("view", [logical, data_flow], ids=["logical", "data-flow"])
def test_every_flow_is_drawn_exactly_once(fraud: Subject, view: type[logical]) -> None:
    scene = view.drawn(fraud)
    flows = fraud.design.topology.flows
    assert sorted(link.id for link in scene.links) == sorted(flow.id for flow in flows)
    assert [link.step for link in scene.links] == list(range(1, len(flows) + 1))
    assert scene.table is not None and [row[0] for row in scene.table.rows] == [str(link.step) for link in scene.links]


def test_the_logical_view_shows_every_component_with_its_size(fraud: Subject) -> None:
    scene = logical.drawn(fraud)
    nodes = {node.id: node for node in scene.nodes}
    assert set(nodes) == {c.id for c in fraud.design.topology.components} - {"network"}
    assert "15 shards" in nodes["events"].lines
    assert "18 × ml.c6i.2xlarge" in nodes["model"].lines


def test_only_what_lies_inside_the_network_is_drawn_inside_it(fraud: Subject) -> None:
    scene = logical.drawn(fraud)
    inside = {node.id for node in scene.nodes if "network" in scene.chain(node.frame)}
    bound = fraud.design.bindings
    assert inside == {id for id, binding in bound.items() if binding.service.inside_network}


def test_the_data_flow_view_says_how_each_leg_is_encrypted(fraud: Subject) -> None:
    table = data_flow.drawn(fraud).table
    assert table is not None
    legs = {row[1]: row[2:] for row in table.rows}
    assert legs["Event delivery → Event lake"] == ("token", "TLS only, by bucket policy", "KMS customer key")
    assert legs["Authorisations → Authorisations bridge"][1] == "SASL over TLS"
    assert legs["Payments gateway → Scoring"][1] == "TLS 1.2 or later, mutual"


def test_the_network_view_shows_every_way_across_the_boundary(fraud: Subject) -> None:
    scene = network.drawn(fraud)
    frames = {frame.id: frame.title for frame in scene.frames}
    assert frames["network"] == "VPC · vpcCidr (setting) · 3 zones"
    homes = {node.id: node.frame for node in scene.nodes}
    assert homes["online-features"] == "tier-data" and homes["scoring"] == "tier-app"
    within = {node.id: "network" in scene.chain(node.frame) for node in scene.nodes}
    doors = {"door-transit-gateway-id", "endpoint-s3", "endpoint-kinesis-streams", "endpoint-sagemaker-runtime"}
    assert doors <= set(homes)
    for link in scene.links:
        if within[link.source] != within[link.target]:
            assert {link.source, link.target} & doors, f"{link.id} crosses the boundary without a door"
    assert scene.table is not None
    ranges = {row[1]: row[3] for row in scene.table.rows}
    assert ranges["Payments gateway calls Scoring"] == "paymentsGatewayCidrs (setting)"


def test_a_subnet_in_which_nothing_lies_is_not_drawn(fraud: Subject) -> None:
    """A client asks what an empty box means."""
    scene = network.drawn(fraud)
    assert {frame.id for frame in scene.frames if frame.kind == "tier"} == {"tier-app", "tier-data"}
    batch = network.drawn(subject_of("../../examples/demand-forecasting/spec"))
    assert {frame.id for frame in batch.frames if frame.kind == "tier"} == {"tier-app"}
    assert batch.table is not None
    ways = {row[1]: row[2] for row in batch.table.rows}
    assert ways["Orders intake reads Orders"] == "routes of the landing zone"


@pytest.mark.parametrize(
    ("cloud", "region", "hub", "model"),
    [
        ("gcp", "europe-west1", "Network Connectivity Center", "Vertex AI predictions"),
        ("azure", "westeurope", "Hub and its firewall", "directly"),
    ],
)
def test_other_clouds_show_their_ways_across_the_boundary(cloud: str, region: str, hub: str, model: str) -> None:
    scene = network.drawn(subject_of("fraud-slice", cloud, region))
    assert scene.table is not None
    ways = {row[1]: row[2] for row in scene.table.rows}
    assert ways["Payments gateway calls Scoring"] == hub
    assert ways["Scoring invokes Model"] == model
    within = {node.id: "network" in scene.chain(node.frame) for node in scene.nodes}
    doors = {node.id for node in scene.nodes if node.id.startswith(("door-", "endpoint-"))}
    for link in scene.links:
        if within[link.source] != within[link.target]:
            assert {link.source, link.target} & doors, f"{link.id} crosses the boundary without a door"


def test_a_stage_that_the_network_divides_has_two_titles() -> None:
    scene = logical.drawn(subject_of("../../examples/fraud-detection/spec"))
    titles = [frame.title for frame in scene.frames if frame.kind == "group"]
    assert len(set(titles)) == len(titles)
    assert {"Training", "Features and models"} <= set(titles)


def test_a_connection_is_drawn_from_who_opens_it(fraud: Subject) -> None:
    links = {(link.source, link.target): link.label for link in security.drawn(fraud).links}
    assert links["scoring", "online-features"] == "reads"
    assert links["payments-gateway", "scoring"] == "calls"


def test_the_context_view_shows_the_system_as_one_box(fraud: Subject) -> None:
    scene = context.drawn(fraud)
    assert [node.id for node in scene.nodes] == ["system", "authorisations", "payments-gateway"]
    assert {(link.source, link.target) for link in scene.links} == {
        ("authorisations", "system"),
        ("payments-gateway", "system"),
    }


def test_the_latency_budget_adds_up_to_the_limit(sheets: dict[str, Drawn]) -> None:
    chart = sheets["latency-budget"].shown
    assert isinstance(chart, Chart)
    assert chart.bars[0].start == 0 and chart.bars[-1].end == chart.end == 100
    assert all(a.end == b.start for a, b in zip(chart.bars, chart.bars[1:], strict=False))
    assert [mark.at for mark in chart.marks] == [80, 100]


def test_card_numbers_get_a_boundary_of_their_own(fraud: Subject) -> None:
    flows = tuple(
        replace(flow, data_class="pan") if flow.source == "payments-gateway" else flow
        for flow in fraud.design.topology.flows
    )
    design = replace(fraud.design, topology=replace(fraud.design.topology, flows=flows))
    scene = logical.drawn(Subject(design=design, program=fraud.program))
    nodes = {node.id: node for node in scene.nodes}
    assert "trust" in scene.chain(nodes["scoring"].frame)
    assert "trust" not in scene.chain(nodes["velocity"].frame)
    assert nodes["scoring"].badges == ("pan",)


def test_ticks_are_round_and_few() -> None:
    assert ticks(100) == tuple(range(0, 101, 10))
    assert ticks(240) == (0, 50, 100, 150, 200)
    assert ticks(240, (15, 30, 60)) == (0, 30, 60, 90, 120, 150, 180, 210, 240)
    assert ticks(7) == tuple(range(8))


def test_figures_and_classes() -> None:
    assert grouped(12000.0) == "12,000"
    assert worst(["token", "pan", "pii"]) == "pan"
    assert worst([]) == "public"


def test_every_view_has_a_name_and_a_question() -> None:
    assert len({view.VIEW for view in VIEWS}) == len(VIEWS)
    assert all(view.QUESTION.endswith("?") for view in VIEWS)


@pytest.mark.parametrize("cloud", clouds())
def test_every_kind_of_flow_has_its_line(cloud: str) -> None:
    kinds = {port.kind for service in services(cloud).values() for port in service.ports}
    assert kinds <= set(style(cloud).flow_kinds)


def test_a_figure_without_its_values_is_left_out(fraud: Subject) -> None:
    """A wording that names a size which a service does not have would show braces to a client."""
    assert fraud.figure("foundation") == ""
    for id, binding in fraud.design.bindings.items():
        wording = (facts("aws", binding.service.id).get("picture") or {}).get("figure")
        assert not wording or fraud.figure(id), f"{id}: nothing fills {wording!r}"


@pytest.mark.parametrize("place", ["AWS · eu-west-1", "Google Cloud · northamerica-northeast1"])
def test_the_title_block_says_the_whole_place(place: str) -> None:
    imprint = Imprint(
        title="", subtitle="", client="", status="", number=1, count=1, spec_hash="", version="", place=place
    )
    assert place in {shape.text for shape in title_block(imprint, "Network", 0, 0) if isinstance(shape, Words)}
