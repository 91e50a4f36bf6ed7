"""A town in PostgreSQL: its tables, how they are filled and how they are read."""
