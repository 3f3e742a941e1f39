"""How fast pictures are drawn, and whether every random scene is drawn without a fault.

    python benchmarks/pictures.py [SCENES] [SPEC ...]

Draws the layout, SVG and PNG of a 40-node scene beside the `diagrams` package with Graphviz (where `dot` exists), then
SCENES random scenes of up to 60 nodes (200 by default), then every view of the specs named. Ends 1 on a fault or a
scene that took more than 4 s of processor time.
"""

from __future__ import annotations

import pathlib
import runpy
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from typing import TypeVar

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, Phase, given, settings

from archgen.design import design
from archgen.pictures.diagrams_program import diagrams_program
from archgen.pictures.drawing import drawn
from archgen.pictures.layout import crossings, laid_out
from archgen.pictures.page import PAGES, Imprint, page
from archgen.pictures.png import png
from archgen.pictures.scene import Frame, Link, Node, Scene
from archgen.pictures.style import style
from archgen.pictures.svg import svg
from archgen.program import wire
from archgen.spec import load
from tests.pictures.geometry_checks import faults
from tests.pictures.scenes import ICON, scenes

T = TypeVar("T")
LIMIT_S = 4.0
SPACE = 1.8
STAGES = 8
PARTS = 5


def forty_nodes() -> Scene:
    """Eight stages of five parts: a chain through each, and links from stage to stage."""
    frames = (Frame(id="account", title="Account", kind="account"),)
    frames += tuple(Frame(id=f"s{n}", title=f"Stage {n}", kind="group", parent="account") for n in range(STAGES))
    nodes = tuple(
        Node(id=f"s{n}-p{m}", title=f"Part {n}.{m}", lines=("A product",), icon=ICON, frame=f"s{n}")
        for n in range(STAGES)
        for m in range(PARTS)
    )
    pairs = [(f"s{n}-p{m}", f"s{n}-p{m + 1}") for n in range(STAGES) for m in range(PARTS - 1)]
    pairs += [(f"s{n}-p{PARTS - 1}", f"s{(n * 3 + 1) % STAGES}-p0") for n in range(STAGES)]
    links = tuple(
        Link(id=f"{a}-to-{b}", source=a, target=b, kind="stream", label="events", step=step)
        for step, (a, b) in enumerate(pairs, start=1)
    )
    return Scene(view="forty", title="Forty nodes", question="How fast?", frames=frames, nodes=nodes, links=links)


def timed(name: str, work: Callable[[], T]) -> T:
    """Do it, and print how long it took."""
    began = time.perf_counter()
    done = work()
    print(f"{name:44} {time.perf_counter() - began:6.2f} s")
    return done


def against_graphviz(scene: Scene) -> None:
    """The same scene by this package and by `diagrams`."""
    look = style("aws")
    imprint = Imprint(
        title=scene.title, subtitle="", client="", status="", number=1, count=1, spec_hash="", version="", place=""
    )
    layout = timed("layout of 40 nodes", lambda: laid_out(scene, SPACE))
    drawing = timed("SVG", lambda: svg(page(layout, look, imprint, PAGES["a3"]), look))
    timed("PNG at twice the size", lambda: png(drawing))
    print(f"{'crossings':44} {crossings(layout):6}")
    if shutil.which("dot") is None:
        print("diagrams + Graphviz: no `dot` on this machine")
        return
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        path = pathlib.Path(folder) / "diagram.py"
        path.write_bytes(diagrams_program(scene, look, "forty"))
        timed("diagrams + Graphviz, import and PNG", lambda: runpy.run_path(str(path), run_name="__main__"))


def random_scenes(count: int) -> int:
    """Draw that many; the number of scenes with a fault or over the limit."""
    seconds: list[float] = []
    bad: list[str] = []

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenes())
    def draw(scene: Scene) -> None:
        began = time.process_time()
        layout = laid_out(scene, SPACE)
        seconds.append(time.process_time() - began)
        said = faults(layout)
        if said or seconds[-1] > LIMIT_S:
            bad.append(f"{len(scene.nodes)} nodes, {len(scene.links)} links, {seconds[-1]:.2f} s: {said[:3]}")

    draw()
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"{len(seconds)} random scenes: median {middle:.2f} s, longest {max(seconds):.2f} s, {len(bad)} bad")
    for line in bad:
        print(f"  {line}")
    return len(bad)


def views_of(spec: str) -> int:
    """Draw every view of a spec; the number of faults."""
    made = design(load(pathlib.Path(spec)))
    program = wire(made)
    views = timed(f"all views of {pathlib.Path(spec).name}", lambda: drawn(made, program))
    found = [
        f"{name}: {fault}" for name, view in views.items() if view.sheet.layout for fault in faults(view.sheet.layout)
    ]
    for line in found:
        print(f"  {line}")
    return len(found)


def main(arguments: list[str]) -> int:
    """Everything in turn."""
    count = int(arguments[0]) if arguments else 200
    against_graphviz(forty_nodes())
    bad = random_scenes(count)
    return 1 if bad + sum(views_of(spec) for spec in arguments[1:]) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
