"""Brings what has changed in one Snowflake table into the lake."""
