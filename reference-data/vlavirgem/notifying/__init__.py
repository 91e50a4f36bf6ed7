"""Tells subscribers what happens in the town: signed CloudEvents, in order, at least once."""
