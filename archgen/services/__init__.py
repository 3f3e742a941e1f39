"""Services: what `templates/<cloud>/` is made of, and the choice among them."""

from archgen.services.service import (
    Demand,
    Fit,
    Neighbours,
    Port,
    Ref,
    Region,
    Service,
    Setting,
    StackSetting,
    Value,
    Violation,
)

__all__ = [
    "Demand",
    "Fit",
    "Neighbours",
    "Port",
    "Ref",
    "Region",
    "Service",
    "Setting",
    "StackSetting",
    "Value",
    "Violation",
]
