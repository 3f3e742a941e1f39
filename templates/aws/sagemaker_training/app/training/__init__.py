"""The model image on SageMaker: where its jobs find their data and settings."""
