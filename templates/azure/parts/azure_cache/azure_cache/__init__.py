"""Clients of Azure Managed Redis."""
