"""Write `examples/<case>/inventory.<cloud>.yaml` anew, to be reviewed as a diff.

python scripts/update_inventories.py
"""

from __future__ import annotations

import pathlib
import tempfile

from ruamel.yaml import YAML

from archgen.bundle import write
from archgen.documents.inventory import inventory
from archgen.engine import load_project
from archgen.generation import generated
from archgen.proof import prove
from archgen.services.catalogue import clouds
from archgen.spec import load

EXAMPLES = pathlib.Path(__file__).parents[1] / "examples"


def recorded(spec: pathlib.Path) -> dict[str, object]:
    """The inventory of an example's production stack, by phase."""
    loaded = load(spec)
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        write(generated(loaded, spec.read_bytes(), None, None, frozenset({"infra"})), out)
        facts = clouds()[loaded.platform.cloud].facts
        proofs = prove(load_project(out), ["prod"], ["foundation", "live"])
        return {proof.phase: inventory(proof, facts) for proof in proofs}


def main() -> None:
    """Every example."""
    writer = YAML()
    writer.width = 4096
    for spec in sorted(EXAMPLES.glob("*/spec.yaml")):
        target = spec.with_name(f"inventory.{load(spec).platform.cloud}.yaml")
        with target.open("w", encoding="utf-8") as file:
            writer.dump(recorded(spec), file)
        print(target)


if __name__ == "__main__":
    main()
