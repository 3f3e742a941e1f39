"""The patterns between a KPI and a model, one module for each kind of business. A pattern is found by lying here."""
