"""Where passages lie, and who may read which."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.retrieval import index_gigabytes, vectors

_INDEX = "an index of its own for vectors and words together"
_TABLE = "vectors in a table of the database"


class Retrieval(Question):
    """By the number of vectors; access is trimmed where passages are found. Source: OpenSearch sizing; own bounds."""

    id = "retrieval"
    chapter = "data"
    asks = "Where do the passages lie that answers are made from, and who may read which?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.problem.task != "question-answering":
            return None
        total, bound = vectors(spec, case.assumptions), case.at("vectors_for_index")
        own = total >= bound
        size = index_gigabytes(spec, case.assumptions, replicas=1)
        floor = case.at("vector_floor_units")
        apart = spec.workload.tenants.isolation if spec.workload.tenants else "none"
        trim = {
            "row": "each search is trimmed to the rows that the caller may read",
            "none": "all callers read the same",
        }
        said = f"{total / 1e6:,.1f}M vectors; {case.rule('vectors_for_index')}"
        return self.made(
            f"{_INDEX if own else _TABLE}; {trim.get(apart, f'each search stays within the tenant ({apart})')}",
            "Words find names and numbers, vectors find meaning. What a caller may not read is never found, so"
            " no prompt"
            " and no model can give it away.",
            because=case.because(
                "workload.tenants.isolation",
                *(f"sources[{one.id}].{field}" for one in spec.sources for field in ("documents", "pages")),
            ),
            rejected=(
                Rejected(
                    _TABLE if own else _INDEX,
                    "slow to search and to rebuild" if own else "an idle floor for nothing",
                    said,
                ),
                Rejected("trimming the answer", "the model has read what it must not tell", f"isolation: {apart}"),
                Rejected("an index for each tenant", "an idle floor for each", f"{floor:g} units each, asked or not"),
            ),
            consequences=(
                f"About {size:,.0f} GB with a replica ({case.at('vector_dimensions'):g} dimensions); a"
                f" serverless index keeps"
                f" {floor:g} units when nobody asks.",
                "A deleted document leaves the index with the next delivery, as erasure asks for.",
            ),
            flips_when=(Flip("assumptions.vectors_for_index", ">" if own else "<=", f"{total:.0f}"),),
        )
