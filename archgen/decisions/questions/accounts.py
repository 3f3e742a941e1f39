"""How environments are kept apart."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted

_UNIT = {"aws": "account", "gcp": "project", "azure": "subscription"}
_REGULATED = frozenset({"pci-dss", "hipaa", "eu-ai-act"})


class Accounts(Question):
    """One for each environment; a card-data environment of its own. Source: ACC-01 to ACC-06."""

    id = "accounts"
    chapter = "platform"
    asks = "Which accounts, projects or subscriptions keep environments and teams apart?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        unit = _UNIT.get(spec.platform.cloud, "account")
        card = "pci-dss" in spec.governance.frameworks
        small = spec.workload.models.count <= 1 and not _REGULATED & set(spec.governance.frameworks)
        own = f"one {unit} for each environment"
        two = f"two {unit}s: one for production, one for all else"
        cde = f"{own}, production as a cardholder-data environment under stricter policies"
        choice = (
            f"{cde}, and a shared one for the registries"
            if card
            else two
            if small
            else f"{own}, and a shared one for the registries"
        )
        frameworks = ", ".join(spec.governance.frameworks) or "no framework"
        environments = f"environments: {', '.join(spec.platform.environments)}"
        flips = [Flip("governance.frameworks", "excludes" if card else "includes", "pci-dss")]
        if small:
            flips.append(Flip("workload.models.count", ">=", "2"))
        return self.made(
            choice,
            f"The border of an {unit} is the only one that no role can cross by mistake."
            if unit == "account"
            else f"The border of a {unit} is the only one that no role can cross by mistake.",
            because=case.because("platform.environments", "platform.landing_zone", "governance.frameworks"),
            rejected=(
                Rejected(
                    f"one {unit} for all", "a mistake in dev reaches production, and audits reach dev", environments
                ),
                Rejected(
                    own if small else two,
                    "more to run than one model is worth" if small else "several models or an audited framework",
                    f"{counted(spec.workload.models.count, 'model')}; {frameworks}",
                ),
            ),
            consequences=(
                "A version is built once and promoted by its digest; nothing is trained again for another environment.",
                "Production data is read masked, in its own place, never copied to dev.",
            ),
            flips_when=tuple(flips),
            source="AWS: build a secure enterprise ML platform (accounts for shared services, data science,"
            " test, production)",
            confidence="documented",
        )
