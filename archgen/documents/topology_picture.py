"""The topology as a Mermaid flowchart, for readers of a README."""

from __future__ import annotations

from archgen.design import PRODUCTION, Design
from archgen.documents.markdown import mermaid_label
from archgen.services.names import variable
from archgen.topology import Zone

_DASHED = ("request", "inference")


def flowchart(design: Design) -> str:
    """Zones as boxes, components with the service and its production sizes, flows numbered in reading order."""
    topology = design.topology
    lines = ["flowchart LR"]
    for zone in topology.zones:
        inside = [c for c in topology.components if c.zone == zone.id and topology.flows_of(c.id)]
        if inside:
            lines.append(f'  subgraph zone_{variable(zone.id)}["{mermaid_label(_title(zone))}"]')
            lines += [f'    {variable(c.id)}["{_label(c.id, design)}"]' for c in inside]
            lines.append("  end")
    for flow in topology.flows:
        arrow = "==>" if flow.kind in _DASHED else "-->"
        label = mermaid_label(f"{flow.step} {flow.kind}")
        lines.append(f'  {variable(flow.source)} {arrow}|"{label}"| {variable(flow.target)}')
    return "\n".join(lines) + "\n"


def _title(zone: Zone) -> str:
    return zone.id.replace("-", " ")


def _label(id: str, design: Design) -> str:
    if id not in design.bindings:
        system = str(design.topology.component(id).needs["system"])
        return f"{mermaid_label(id)}<br/>{mermaid_label(system)}"
    binding = design.bindings[id]
    # The first row is the one that the service is known by: shards, instances, tasks.
    sizes = [f"{row.value:,} {row.unit}" for row in binding.sizes[PRODUCTION][:1]]
    return "<br/>".join(mermaid_label(part) for part in (id, binding.service.title, *sizes))
