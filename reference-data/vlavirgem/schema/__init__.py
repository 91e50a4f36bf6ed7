"""The data dictionary: every table and column, in words, with references and guarantees.

Nothing here imports a data frame library, so that services start fast. The database's tables,
the Parquet files, the digest, the documentation and the API all follow from it.
"""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema import cases, contact, edge_cases, geography, governance, organisations, people, services

__all__ = ["TABLES", "Column", "Guarantee", "Kind", "Table"]

_DOMAINS = (geography, people, organisations, contact, services, cases, governance, edge_cases)

TABLES: dict[str, Table] = {table.name: table for domain in _DOMAINS for table in domain.TABLES}
"""All tables, in an order in which each can be filled."""
