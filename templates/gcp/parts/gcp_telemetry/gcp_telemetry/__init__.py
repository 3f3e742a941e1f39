"""What a service on Google Cloud says of itself, as Cloud Monitoring reads it."""
