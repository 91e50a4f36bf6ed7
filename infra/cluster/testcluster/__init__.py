"""A real single-node Kubernetes with or without a NetworkPolicy engine, for tests only; the product never needs it."""
