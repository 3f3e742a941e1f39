"""What an account has once, whoever makes it: behind one setting, for the landing zone may own it already."""

from __future__ import annotations

from archgen.services.service import Setting


def account_baseline() -> Setting:
    """The setting that all services share whose component would make such a thing."""
    return Setting(
        key="manageAccountBaseline",
        description="Whether this stack owns what an account has once, such as the log groups that all SageMaker jobs "
        "share; false where a landing zone or another stack does",
        type="boolean",
        sample=True,
    )
