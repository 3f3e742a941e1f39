"""The bridge on Azure."""
