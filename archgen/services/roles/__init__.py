"""What the services of one role share on every cloud; limits, types and names of a cloud stand in its `service.py`."""
