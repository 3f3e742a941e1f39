"""Rule `setting-never-read`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine.project import PROJECT_FILE
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.settings_read import mentioned
from archgen.proof.syntax import modules


class SettingNeverRead(Rule):
    """Every setting that the project declares is read: one that is not asks the reader for nothing."""

    id = "setting-never-read"
    title = "every setting that the project declares is read by the program"
    source = "judgement: whoever fills a setting believes that it does something"
    example = "`eventsShards` declared in Pulumi.yaml, and a stream with `shard_count=15`"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per declared setting whose key is nowhere in the program's text."""
        program = modules(evidence.project)
        texts = {text for module in program for text in mentioned(module)}
        for setting in evidence.project.settings:
            key = setting.key.partition(":")[2]
            if key not in texts and setting.key not in texts:
                message = f"setting '{key}' is declared and the program never reads it"
                yield self.general(message, file=PROJECT_FILE, line=setting.line)
