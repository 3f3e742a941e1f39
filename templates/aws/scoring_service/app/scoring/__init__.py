"""Scoring service on AWS: the edges around `scoring_core`."""
