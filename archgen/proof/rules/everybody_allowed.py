"""Rule `everybody-allowed`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import Resource
from archgen.proof.policies import Statement, guarding, statements
from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
"""How Google Cloud names whoever asks, and whoever has a Google account."""


class EverybodyAllowed(Rule):
    """No policy of a resource or of an endpoint allows everybody, and no grant is to everybody."""

    id = "everybody-allowed"
    title = "no policy of a resource allows everybody without a condition"
    source = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html;"
        " https://cloud.google.com/iam/docs/principals-overview (allUsers)"
    )
    example = 'a `QueuePolicy` that allows `Principal: "*"`, or a `TopicIAMMember` for `allUsers`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per statement, and per grant."""
        for resource, statement in (*guarding(evidence.up), *_through_endpoints(evidence)):
            everybody = any(name == "*" for _, name in statement.principals)
            if statement.allows and everybody and not statement.conditions:
                yield self.at(resource, f"it allows everybody {', '.join(statement.actions)}: name who, or a condition")
        for resource in evidence.up.resources:
            members = {*leaves(resource.inputs.get("member")), *leaves(resource.inputs.get("members"))}
            if resource.type.startswith("gcp:") and members & EVERYBODY:
                yield self.at(resource, f"it is granted to {', '.join(sorted(members & EVERYBODY))}: name who")


def _through_endpoints(evidence: Evidence) -> Iterator[tuple[Resource, Statement]]:
    """What endpoints let through of everything: what they let everybody do to a resource that they name, as to the
    buckets with the layers of images, is for that resource's own policy to say.
    """
    for endpoint in evidence.up.of_type(ENDPOINT):
        for statement in statements(endpoint.inputs.get("policy")):
            if "*" in statement.resources:
                yield endpoint, statement
