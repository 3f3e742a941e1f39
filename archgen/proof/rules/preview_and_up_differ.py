"""Rule `preview-and-up-differ`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.rule import Evidence, Finding, Rule


class PreviewAndUpDiffer(Rule):
    """A preview shows exactly what the update creates."""

    id = "preview-and-up-differ"
    title = "a preview shows exactly the resources that the update creates"
    source = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/"
    example = "`bucket.id.apply(lambda id: aws.s3.BucketPolicy(...))`: the preview does not show the policy"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource of one run alone; none where either run broke off."""
        preview, up = evidence.preview, evidence.up
        if not (preview.completed and up.completed):
            return
        shown = {each.urn for each in preview.resources}
        created = {each.urn for each in up.resources}
        for resource in up.resources:
            if resource.urn not in shown:
                message = (
                    f"{resource.type} '{resource.name}' is created and was in no preview: it is made inside an apply"
                )
                yield self.at(resource, message)
        for resource in preview.resources:
            if resource.urn not in created:
                yield self.at(resource, f"{resource.type} '{resource.name}' is in the preview and is never created")
