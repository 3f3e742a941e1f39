"""How much of the life of a model is automated."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted

_YEAR = 365 * 86_400
_LEVELS = (
    "training by hand, with a registry and infrastructure as code (level 0)",
    "automated training with validation of data and model (level 1)",
    "pipelines delivered by pipelines: tests, promotion and canary are automated (level 2)",
)


class Maturity(Question):
    """By models and releases a year. Source: MAT-01 to MAT-05."""

    id = "maturity"
    chapter = "operation"
    asks = "How far is the way from data to a released model automated?"

    def decide(self, case: Case) -> Decision | None:
        models = case.spec.workload.models
        count, year = float(models.count), float(models.releases) * _YEAR
        many, often, some = (
            case.at("models_for_automation"),
            case.at("releases_for_automation"),
            case.at("releases_for_training"),
        )
        stage = 2 if count >= many or round(year, 6) >= often else 1 if round(year, 6) > some else 0
        said = f"{counted(count, 'model')}, {counted(round(year), 'release')} a year"
        rules = (
            case.rule("releases_for_training"),
            case.rule("releases_for_training"),
            case.rule("releases_for_automation"),
        )
        gate = {"eu-ai-act", "pci-dss", "hipaa"} & set(case.spec.governance.frameworks)
        oftener = Flip("workload.models.releases", ">=", f"{often:g}/year")
        more, fewer = (Flip("workload.models.count", op, f"{many:g}") for op in (">=", "<"))
        flips: tuple[Flip, ...] = (oftener, more)
        if stage == len(_LEVELS) - 1:
            both = count >= many and round(year, 6) >= often
            seldom = Flip("workload.models.releases", "<=", f"{some:g}/year")
            flips = () if both else (fewer,) if count >= many else (seldom,)
        return self.made(
            _LEVELS[stage],
            "Automation is worth its upkeep by how often it is used, and by how many models share it.",
            because=case.because("workload.models.count", "workload.models.releases", "team.in_production"),
            rejected=tuple(
                Rejected(
                    level,
                    "drift would go unseen between releases" if number < stage else "effort above its use",
                    f"{said}; {rule}",
                )
                for number, (level, rule) in enumerate(zip(_LEVELS, rules, strict=True))
                if number != stage
            ),
            consequences=(
                *(
                    (f"A person approves each promotion, as change control under {', '.join(sorted(gate))} asks.",)
                    if gate
                    else ()
                ),
                "ML Test Score of at least 3 before anything that earns money depends on it.",
            ),
            flips_when=flips,
            source="Google Cloud: MLOps, continuous delivery and automation pipelines; the counts are our own rule",
        )
