"""A daily look at scores, labels and forecasts."""
