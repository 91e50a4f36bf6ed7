"""The land on which a town stands, step by step: plane, territories, strips, plots, buildings, roads, addresses."""
