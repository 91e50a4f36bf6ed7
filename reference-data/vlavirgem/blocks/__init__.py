"""The municipality's building blocks as web services on a town in PostgreSQL.

A building block is one module or package with a `BLOCK`; `registry` lists them, `app` serves them.
"""
