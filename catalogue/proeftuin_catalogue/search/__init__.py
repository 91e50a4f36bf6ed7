"""Finding solutions: one interface, two indexes (`tantivy_index`, `postgres_index`), one order."""
