"""Where the platform lies in the client's network."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question, counted


class Network(Question):
    """A network of its own with private endpoints, or the one that exists. Source: PVT-01, PVT-03."""

    id = "network"
    chapter = "platform"
    asks = "Which network does the platform lie in, and how does it reach the cloud's services and the client?"

    def decide(self, case: Case) -> Decision | None:
        network = case.spec.platform.network
        if network.mode == "existing":
            choice = "the client's network, by the ids in the settings"
            other = Rejected("a network of its own", "the spec names the existing one", "network.mode: existing")
        else:
            reach = "" if network.connect == "none" else f", joined to the client by {network.connect}"
            choice = f"a network of its own over three zones with private endpoints and no way to the internet{reach}"
            other = Rejected(
                "shared endpoints in a hub", "bring the hub into the scope of every audit", "1 network needs them"
            )
        rejected = [other]
        if network.callers == "private-link":
            callers = sum(consumer.pattern == "sync" for consumer in case.spec.consumers)
            choice += "; callers come in by a private link"
            rejected.append(
                Rejected(
                    "a route from the callers' network",
                    "leads to every address here, both ways, and needs address ranges that differ",
                    f"{counted(callers, 'caller')} of one service",
                )
            )
        return Decision(
            id=self.id,
            question=self.asks,
            choice=choice,
            kind="given",
            rationale="Every service that is called has a private path; nothing has a public address.",
            because=case.because(
                "platform.network.mode",
                "platform.network.connect",
                "platform.network.callers",
                "platform.landing_zone",
            ),
            rejected=tuple(rejected),
            source="own rule, no public source",
            confidence="judgement",
        )
