"""Write `examples/<case>/inventory.<cloud>.yaml` anew, to be reviewed as a diff.

python scripts/update_inventories.py
"""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Mapping

from ruamel.yaml import YAML

from archgen.bundle import write
from archgen.documents.inventory import inventory
from archgen.engine import load_project
from archgen.generation import generated
from archgen.proof import Proof, prove
from archgen.services.catalogue import clouds
from archgen.spec import load

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"


def proved(spec: pathlib.Path) -> Mapping[str, Proof]:
    """The proof of an example's production stack, by phase."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra"})), out)
        return {proof.phase: proof for proof in prove(load_project(out), ["prod"], ["foundation", "live"])}


def inventories(spec: pathlib.Path, proofs: Mapping[str, Proof]) -> Mapping[str, Mapping[str, object]]:
    """The inventory of each phase."""
    facts = clouds()[load(spec).platform.cloud].facts
    return {phase: inventory(proof, facts) for phase, proof in proofs.items()}


def main() -> None:
    """Every example."""
    writer = YAML()
    writer.width = 4096
    for spec in sorted(EXAMPLES.glob("*/spec.yaml")):
        target = spec.with_name(f"inventory.{load(spec).platform.cloud}.yaml")
        with target.open("w", encoding="utf-8") as file:
            writer.dump(inventories(spec, proved(spec)), file)
        print(target)


if __name__ == "__main__":
    main()
