"""Quotas: what the parts need together, asked for with the first deployment, since an answer may take days."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Limited, QuotaNeed

SAFETY = 0.7
"""Share of a quota that is planned with; the rest is for retries, deployments and the neighbours in the account."""


def request_quotas(name: str, limited: Sequence[Limited], parent: pulumi.Resource) -> None:
    """A request for each quota of which the parts need more than `SAFETY` of the default.

    Its code is looked up by its name. Where the account has as much already, AWS is asked for nothing.
    """
    for need in _together(limited):
        if need.needed <= SAFETY * need.default:
            continue
        known = aws.servicequotas.get_service_quota_output(service_code=need.service_code, quota_name=need.quota_name)
        aws.servicequotas.ServiceQuota(
            f"{name}-{_id(need.quota_name)}",
            service_code=need.service_code,
            quota_code=known.quota_code,
            value=math.ceil(need.needed / SAFETY),
            # Taken back with the stack it would be lowered under the feet of whoever else uses it.
            opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=True),
        )


def _together(limited: Sequence[Limited]) -> Sequence[QuotaNeed]:
    """One need for each quota: parts that press on the same one add up."""
    needs: dict[tuple[str, str], QuotaNeed] = {}
    for part in limited:
        for need in part.quotas:
            key = (need.service_code, need.quota_name)
            before = needs[key].needed if key in needs else 0
            needs[key] = QuotaNeed(
                service_code=need.service_code,
                quota_name=need.quota_name,
                needed=before + need.needed,
                default=need.default,
            )
    return [needs[key] for key in sorted(needs)]


def _id(quota_name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", quota_name.lower()).strip("-")
