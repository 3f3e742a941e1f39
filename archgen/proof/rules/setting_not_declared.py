"""Rule `setting-not-declared`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine.project import PROJECT_FILE
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.settings_read import read
from archgen.proof.syntax import modules


class SettingNotDeclared(Rule):
    """Every setting that the program reads is declared, also one that is optional."""

    id = "setting-not-declared"
    title = "every setting that the program reads is declared in the project file"
    source = "https://www.pulumi.com/docs/iac/concepts/projects/project-file/"
    example = '`config.get("logLevel")` and no `logLevel` under `config` in Pulumi.yaml'

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per reading, at its line; none for a project that declares no setting at all."""
        declared = {setting.key.partition(":")[2] for setting in evidence.project.settings}
        if not declared:
            return
        for module in modules(evidence.project):
            for key, line in read(module):
                if key.removeprefix(f"{evidence.project.name}:") not in declared:
                    message = f"the program reads setting '{key}', which {PROJECT_FILE} does not declare"
                    yield self.general(message, file=module.file, line=line)
