"""The steps of the scenarios: Gegeven prepares (or skips), Als acts, Dan judges."""
