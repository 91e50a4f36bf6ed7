"""What is missing on a machine for each way of running sandboxes, and how to get it."""
