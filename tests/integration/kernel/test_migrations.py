"""The migrations and the models are two descriptions of one schema."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, pool, text

from proeftuin.schema import METADATA, alembic_config, is_current, migrate
from proeftuin_kernel.db import sqlalchemy_url

if TYPE_CHECKING:
    from sqlalchemy.sql.schema import SchemaItem


def ours(_item: SchemaItem, name: str | None, _kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:
    return not (name or "").startswith(("procrastinate_", "alembic_"))


def test_the_models_ask_for_nothing_that_the_migrations_do_not_make(database_url: str) -> None:
    """No drift: a column added to a model without a migration would fail in production only."""
    engine = create_engine(sqlalchemy_url(database_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        differences = compare_metadata(context, METADATA)
    engine.dispose()

    assert [] == differences


def test_every_migration_can_be_undone_and_done_again(empty_database: str) -> None:
    """A release can be rolled back; nothing of it stays behind."""
    migrate(empty_database)
    command.downgrade(alembic_config(empty_database), "base")
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=pool.NullPool)
    with engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
        routines = connection.scalar(text("SELECT count(*) FROM pg_proc WHERE proname LIKE 'procrastinate%'"))
    engine.dispose()

    assert (set(), 0) == (left, routines)
    migrate(empty_database)


def test_the_history_is_one_line() -> None:
    """Two heads mean that two people numbered a migration at the same time."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - only here

    script = ScriptDirectory.from_config(alembic_config("postgresql://nowhere"))

    assert 1 == len(script.get_heads())
    assert 1 == len(script.get_bases())


def test_replicas_that_start_together_migrate_one_after_the_other(empty_database: str) -> None:
    """Two that create the same table at the same time would both fail to start."""
    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(migrate, [empty_database] * 3))

    assert is_current(empty_database)
