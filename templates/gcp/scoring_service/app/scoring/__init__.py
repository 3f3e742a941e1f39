"""Scoring service on Google Cloud: the edges around `scoring_core`."""
