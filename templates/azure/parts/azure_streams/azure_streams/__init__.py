"""Event Hubs over Kafka's protocol."""
