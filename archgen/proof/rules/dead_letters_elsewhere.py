"""Rule `dead-letters-elsewhere`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import Resource
from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule

QUEUES = ("aws:sqs/queue:Queue", "gcp:pubsub/topic:Topic")
KEYS = frozenset({"deadLetterConfig", "onFailure", "redrivePolicy", "deadLetterPolicy"})
WORK = {
    "aws:cloudwatch/eventTarget:EventTarget": ("arn",),
    "aws:pipes/pipe:Pipe": ("source", "target"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("eventSourceArn",),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint",),
}
"""Type -> inputs that name what it delivers to, or takes its work from."""


class DeadLettersElsewhere(Rule):
    """Dead letters go where nobody takes them for work: neither to what they came from nor to what is consumed."""

    id = "dead-letters-elsewhere"
    title = "dead letters go to a queue or topic that is there for them alone"
    source = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html; https://cloud.google.com/pubsub/docs/handling-failures"
    example = "an `EventTarget` whose `dead_letter_config` names the queue that events are delivered to"
    family = "design"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per destination that is also worked from, or delivered to, by something else."""
        if not evidence.up.completed:
            return
        queues = {name: each for type in QUEUES for each in evidence.up.of_type(type) for name in each.identities}
        worked = {queues[text].urn for each in evidence.up.resources for text in _delivered(each) if text in queues}
        for resource in evidence.up.resources:
            own = {queues[text].urn for text in leaves(resource.inputs.get("topic")) if text in queues}
            for text in _dead(resource.inputs):
                queue = queues.get(text)
                if queue is not None and queue.urn in worked | own:
                    yield self.at(resource, f"its dead letters go to '{queue.name}', which is there for other messages")


def _dead(value: object, *, dead: bool = False) -> Iterator[str]:
    """What a resource's inputs name as the place of its dead letters."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _dead(each, dead=dead or key in KEYS)
    elif isinstance(value, list):
        for each in value:
            yield from _dead(each, dead=dead)
    elif dead:
        yield from leaves(value)


def _delivered(resource: Resource) -> Iterator[str]:
    """What the resource delivers to, or takes its work from, as its own input says."""
    for key in WORK.get(resource.type, ()):
        yield from leaves(resource.inputs.get(key))
