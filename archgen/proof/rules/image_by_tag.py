"""Rule `image-by-tag`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archgen.proof.constraints import SECRET
from archgen.proof.containers import containers
from archgen.proof.rule import Evidence, Finding, Rule

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


class ImageByTag(Rule):
    """A container runs the image that was reviewed: a digest names one image for ever, a tag what was pushed last."""

    id = "image-by-tag"
    title = "containers run an image by its digest"
    source = "https://kubernetes.io/docs/concepts/containers/images/#image-names; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html"
    example = "a container with the image `scoring:latest`"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per image without a digest."""
        for resource in evidence.up.resources:
            for container in containers(resource):
                image = container.image
                if image is not None and SECRET not in image and not DIGEST.search(image):
                    yield self.at(resource, f"image {image!r} is named by a tag: give its digest")
