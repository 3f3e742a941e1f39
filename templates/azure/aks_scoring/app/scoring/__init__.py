"""The scoring service on Azure."""
