"""Topics and subscriptions of Pub/Sub."""
