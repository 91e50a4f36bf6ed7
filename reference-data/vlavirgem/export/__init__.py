"""Writes a town in other forms: linked data for exchange, tables for analysis.

Linked data is made column by column, as text; RDF terms are never built one by one. That is some
twenty times as fast as a library that does.
"""

from vlavirgem.export.writing import FORMATS, export_town

__all__ = ["FORMATS", "export_town"]
