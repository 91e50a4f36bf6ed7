"""Alembic's entry point; called with a connection URL in the configuration, never from a file."""

from alembic import context
from sqlalchemy import create_engine, pool

from proeftuin.schema import METADATA

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA, compare_type=True, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
