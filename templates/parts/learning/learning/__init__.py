"""Learning from tables with gradient boosting: data, models, measures and a server. Knows no cloud."""
