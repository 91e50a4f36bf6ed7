"""Makes the tables of a town, one module per kind of entity."""
