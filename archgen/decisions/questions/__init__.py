"""The questions, one module each. A module is found by lying here."""
