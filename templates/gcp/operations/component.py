"""Operations: one dashboard, with the open incidents first and a row of graphs for each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pulumi
import pulumi_gcp as gcp

from ..contracts import Metric, Observed, Platform
from ..hardened.monitoring import ALIGNMENT, series_filter

COLUMNS = 48
"""Width of a mosaic."""
TILE_WIDTH, TILE_HEIGHT, HEADING_HEIGHT = 12, 12, 4


class ObservedPart(Observed, Protocol):
    """A component that is observed. Its URN ends in the name that the program gave it."""

    @property
    def urn(self) -> pulumi.Output[str]: ...


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    platform: Platform
    observed: Sequence[ObservedPart]
    """All parts with something to watch, in the order of the dashboard's rows."""


class Operations(pulumi.ComponentResource):
    def __init__(self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:Operations", name, None, opts)
        tiles = list(_tiles(args.observed))
        dashboard = gcp.monitoring.Dashboard(
            name,
            dashboard_json=pulumi.Output.json_dumps(
                {
                    "displayName": args.platform.name,
                    "mosaicLayout": {"columns": COLUMNS, "tiles": tiles},
                }
            ),
            project=args.platform.project_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"dashboard": dashboard.id})


def _tiles(parts: Sequence[ObservedPart]) -> Iterator[Mapping[str, Any]]:
    """The incidents of all parts, then a heading and the graphs of each part, from the top down."""
    alerts = [alarm.name for part in parts for alarm in part.alarms]
    yield _placed(0, 0, COLUMNS, TILE_HEIGHT, {"title": "Open incidents", "incidentList": {"policyNames": alerts}})
    top = TILE_HEIGHT
    for part in parts:
        heading = part.urn.apply(lambda urn: urn.split("::")[-1])
        yield _placed(
            0, top, COLUMNS, HEADING_HEIGHT, {"title": heading, "text": {"content": "", "format": "MARKDOWN"}}
        )
        top += HEADING_HEIGHT
        per_row = COLUMNS // TILE_WIDTH
        for index, metric in enumerate(part.metrics):
            left, down = index % per_row * TILE_WIDTH, index // per_row * TILE_HEIGHT
            yield _placed(left, top + down, TILE_WIDTH, TILE_HEIGHT, _graph(metric))
        top += -(-len(part.metrics) // per_row) * TILE_HEIGHT


def _placed(x: int, y: int, width: int, height: int, widget: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"xPos": x, "yPos": y, "width": width, "height": height, "widget": widget}


def _graph(metric: Metric) -> Mapping[str, Any]:
    return {
        "title": metric.title,
        "xyChart": {
            "dataSets": [
                {
                    "plotType": "LINE",
                    "timeSeriesQuery": {
                        "timeSeriesFilter": {
                            "filter": series_filter(metric),
                            "aggregation": {
                                "alignmentPeriod": ALIGNMENT,
                                "perSeriesAligner": metric.aligner,
                                "crossSeriesReducer": metric.reducer,
                            },
                        }
                    },
                }
            ]
        },
    }
