"""A small kit that uses all four engines, to test the engines themselves."""
