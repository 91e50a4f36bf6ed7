"""The whole schema of the platform and how a database gets it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool, text

from proeftuin_kernel.db import Base, sqlalchemy_url

_TABLES = (
    "proeftuin_kernel.tables",
    "proeftuin.identity.models",
    "proeftuin_sandbox.models",
    "proeftuin_assessment.models",
    "proeftuin_catalogue.models",
)
for _module in _TABLES:
    if find_spec(_module.rsplit(".", 1)[0]) and find_spec(_module):
        import_module(_module)

_MIGRATING = 1_830_2026
"""Number of the advisory lock of whoever migrates; any number that nobody else uses will do."""

METADATA = Base.metadata
MIGRATIONS = next(
    folder
    for folder in (Path(__file__).parent / "migrations", Path(__file__).parent.parent / "migrations")
    if folder.is_dir()
)


def migrate(url: str) -> None:
    """Bring a database to the newest schema; a database that is there already is left alone.

    Replicas that start together do it one after the other: the second finds nothing left to do.
    """
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    try:
        with engine.connect() as turn:
            turn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATING})
            turn.commit()  # the lock is the session's; a transaction left open would hold up vacuum
            command.upgrade(alembic_config(url), "head")
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Tell whether a database has exactly the schema that this code expects."""
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    engine.dispose()
    return set(present) == set(ScriptDirectory.from_config(alembic_config(url)).get_heads())


def alembic_config(url: str) -> Config:
    """Make the configuration with which Alembic finds our migrations and the database."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    return config
