"""Brings what has changed in one SAP entity set into the lake."""
