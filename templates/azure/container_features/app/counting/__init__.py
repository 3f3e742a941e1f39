"""The feature worker on Azure."""
