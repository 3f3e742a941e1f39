"""Write `docs/caught.md` anew: every mutation, planted on every cloud, and what caught it.

python -m scripts.write_caught
"""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Mapping

from archgen.proof import Finding
from tests.proof.mutations import CLOUDS, MUTATIONS, OWN, REFERENCE, Mutation, NotHere
from tests.proof.mutations.planting import caught, program

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "caught.md"
TITLES = {"aws": "AWS", "gcp": "Google Cloud", "azure": "Azure"}
HEAD = """# What catches what

Each fault is planted in the fraud program of each cloud, in stack prod and the live phase, and has to be caught by one
rule; without a fault no rule has a finding. A cell names the rule that caught the fault and where it pointed. On AWS
what the program registers is that of `examples/fraud-detection`, elsewhere and for faults of the text that of
`tests/cases/fraud-slice.yaml`. `python -m scripts.write_caught` writes this page, `tests/proof/test_mutations.py`
plants the same table (`tests/proof/mutations/`), and [rules.md](rules.md) says what each rule is.
"""

Found = Mapping[str, Mapping[str, Finding | None]]
"""Cloud -> mutation -> the finding that caught it."""


def caught_page(found: Found) -> str:
    """The page as Markdown. Raises `SystemExit` naming a mutation that nothing caught."""
    lines = [HEAD]
    for title, mutations in (("Faults of reference", REFERENCE), ("Further faults", OWN)):
        lines += [f"## {title}", "", f"| id | fault | {' | '.join(TITLES[cloud] for cloud in CLOUDS)} |"]
        lines += ["|---|---|---|---|---|", *(_row(mutation, found) for mutation in mutations), ""]
    lines += ["## Where a fault makes no sense", "", "| id | cloud | why |", "|---|---|---|"]
    for mutation in MUTATIONS:
        for cloud in CLOUDS:
            plant = mutation.on(cloud)
            if isinstance(plant, NotHere):
                lines.append(f"| {mutation.id} | {TITLES[cloud]} | {plant.why} |")
    return "\n".join(lines) + "\n"


def _row(mutation: Mutation, found: Found) -> str:
    cells = (mutation.id, mutation.fault, *(_cell(mutation, cloud, found[cloud]) for cloud in CLOUDS))
    return f"| {' | '.join(cells)} |"


def _cell(mutation: Mutation, cloud: str, found: Mapping[str, Finding | None]) -> str:
    if isinstance(mutation.on(cloud), NotHere):
        return "-"
    finding = found[mutation.id]
    if finding is None:
        raise SystemExit(f"{mutation.id} on {TITLES[cloud]}: nothing caught it")
    place = "" if finding.file is None else f", {finding.file}" + (f":{finding.line}" if finding.line else "")
    return f"`{finding.rule}`{place}"


def main() -> None:
    """Plant everything, some minutes, and write the page."""
    found = {}
    for cloud in CLOUDS:
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            found[cloud] = caught(program(cloud, place / "program"), MUTATIONS, place / "planted")
    PAGE.write_text(caught_page(found), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
