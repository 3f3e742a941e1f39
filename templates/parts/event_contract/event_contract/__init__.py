"""The event contract: `event.schema.json`, and how an event is read."""
