"""Bridge: a client's Kafka topic into our stream, at least once, with malformed records set aside."""
