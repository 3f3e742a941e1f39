"""What a service on AWS says of itself, as CloudWatch reads it."""
