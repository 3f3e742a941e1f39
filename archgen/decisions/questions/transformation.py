"""Where data is transformed: before it lands, or in the warehouse after."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.decisions.questions.warehouse import WAREHOUSES

_BEFORE_LANDING = frozenset({"pan", "sad", "phi"})


class Transformation(Question):
    """What must not land raw is transformed before; SQL in a warehouse that holds everything after. PRO-05, 06."""

    id = "transformation"
    chapter = "data"
    asks = "Is data transformed before it lands (ETL), or where it lies (ELT)?"

    def decide(self, case: Case) -> Decision | None:
        sources = [source for source in case.spec.sources if source.use != "corpus"]
        if not sources:
            return None
        inside = [source for source in sources if source.system in WAREHOUSES]
        secret = [source for source in sources if _BEFORE_LANDING & set(source.data)]
        because = case.because(*(f"sources[{one.id}].{field}" for one in sources for field in ("system", "data")))
        held = f"{len(inside)} of {len(sources)} sources are warehouses"
        if secret:
            first = secret[0]
            return self.made(
                "ETL: numbers and identifiers become tokens before anything lands",
                "What lands in clear puts the whole lake, and every job over it, into the scope of the audit.",
                because=because,
                rejected=(
                    Rejected("ELT", "the raw zone would hold them in clear", f"{first.id}: {', '.join(first.data)}"),
                ),
                flips_when=(Flip(f"sources[{first.id}].data", "==", "[confidential]"),)
                if len(secret) == 1 and len(inside) == len(sources)
                else (),
                source="PCI DSS v4.0.1, 3.5.1 and 12.5.2 for card data; for health data the rule is our own",
                confidence="documented",
            )
        if len(inside) == len(sources):
            return self.made(
                "ELT: SQL models in the warehouse that holds the data",
                "The engine, the access rules and the people are there; a second engine would copy them all.",
                because=because,
                rejected=(Rejected("ETL", "a second engine beside the warehouse", held),),
                flips_when=(Flip(f"sources[{inside[0].id}].system", "==", "sap"),),
            )
        outside = next(source for source in sources if source not in inside)
        only = len(sources) - len(inside) == 1
        return self.made(
            "ETL in the lake: a job joins and checks what arrives, and only then writes what models read",
            "No one warehouse holds the data: it meets in the lake, where the quality gate stands before any model.",
            because=because,
            rejected=(Rejected("ELT in a warehouse", "part of the data would first have to be loaded into it", held),),
            consequences=("A delivery that fails its checks stops the run instead of becoming a wrong answer.",),
            flips_when=(Flip(f"sources[{outside.id}].system", "==", "snowflake"),) if only else (),
        )
