"""Clients of Memorystore for Valkey."""
