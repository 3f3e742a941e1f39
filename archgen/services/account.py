"""What an account has once, whoever makes it: behind one setting, for the landing zone may own it already."""

from __future__ import annotations

from archgen.services.service import Setting


def account_baseline() -> Setting:
    """The setting that all services share whose component would make such a thing."""
    return Setting(
        key="manageAccountBaseline",
        description="Whether this stack owns what an account has once in a region, such as the log groups that all "
        "SageMaker jobs share, requests for quotas and, without a landing zone, recorder and detectors; true in one "
        "stack of each account, false where a landing zone or another stack owns it",
        type="boolean",
        sample=True,
    )
