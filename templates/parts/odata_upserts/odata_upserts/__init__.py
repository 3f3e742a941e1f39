"""Rows written into an OData version 2 service, such as SAP Gateway, in batches that can be repeated."""

from odata_upserts.batches import Outcome, Row, literal
from odata_upserts.session import Session, Target

__all__ = ["Outcome", "Row", "Session", "Target", "literal"]
