"""What is expected of the AWS examples, and what they have."""
