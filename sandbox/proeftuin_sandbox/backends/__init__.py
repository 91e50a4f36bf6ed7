"""Where sandboxes run: one contract (`base`) and its implementations."""
