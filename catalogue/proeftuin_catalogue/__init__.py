"""The catalogue: what exists, what its suppliers say of it, and what runs have shown."""
