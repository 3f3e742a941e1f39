"""Writes the answers of one night into an entity set of SAP."""
