"""Rule `dead-letters-unwatched`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.rules.alarm_of_nothing import dimensions_of

QUEUE = "aws:sqs/queue:Queue"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DEAD_LETTERS = frozenset({"deadLetterConfig", "onFailure", "redrivePolicy"})


class DeadLettersUnwatched(Rule):
    """Somebody is called when something lands in a queue of dead letters."""

    id = "dead-letters-unwatched"
    title = "every queue of dead letters has an alarm"
    source = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html"
    example = "an `EventTarget` with a dead-letter queue whose name is in the `dimensions` of no alarm"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per queue that dead letters go to and no alarm watches."""
        if not evidence.up.completed:
            return
        wired = {text for each in evidence.up.resources for text in _destinations(each.inputs)}
        watched = {
            name
            for alarm in evidence.up.of_type(ALARM)
            for dimensions in dimensions_of(alarm.inputs)
            for name in dimensions.values()
        }
        for queue in evidence.up.of_type(QUEUE):
            if wired.intersection(queue.identities) and not watched.intersection(queue.identities):
                yield self.at(queue, "dead letters go here and no alarm says so")


def _destinations(value: Any, inside: bool = False) -> Iterator[str]:
    if isinstance(value, str) and inside:
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _destinations(each, inside or key in DEAD_LETTERS)
    elif isinstance(value, list):
        for each in value:
            yield from _destinations(each, inside)
