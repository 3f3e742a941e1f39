"""Rule `late-fallback`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.containers import containers
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.shapes import is_of_kind

KIND = {"mode": "online", "roles": ["scoring", "realtime-endpoint"]}
DEADLINE = "FALLBACK_AFTER_MS"


class LateFallback(Rule):
    """A decision that waits for a model is made without it before the time is up that was promised."""

    id = "late-fallback"
    title = "what scores falls back on rules before the promised time is up"
    source = "AWS Well-Architected, REL05-BP01: implement graceful degradation"
    example = "a scoring container with `FALLBACK_AFTER_MS=120` where the requirement says 100 ms"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per scoring component that has no deadline, or one past the promise; live only, for before it no
        container runs.
        """
        if evidence.phase != "live" or not evidence.up.completed or not is_of_kind(KIND, evidence):
            return
        promised = (evidence.coverage or {})["design"]["p99_ms"]
        for component in (each for each in evidence.components if each["role"] == "scoring"):
            made = [c for r in evidence.up.of_component(component["id"]) for c in containers(r)]
            told = [(c.resource, c.variables[DEADLINE]) for c in made if DEADLINE in c.variables]
            if made and not told:
                yield self.at(made[0].resource, f"it waits for the model for ever: {DEADLINE} is not given")
            for resource, text in told:
                if promised is not None and not (text.isdecimal() and int(text) < promised):
                    yield self.at(resource, f"{DEADLINE} is {text}, and {promised:g} ms were promised")
