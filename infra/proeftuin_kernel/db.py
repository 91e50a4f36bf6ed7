"""The database: one dialect, one naming convention, one unit of work.

A unit of work commits rows, events, audit facts, progress and jobs together, or none of them.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import DateTime, MetaData, String, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.jobs import JobQueue
    from proeftuin_kernel.unit_of_work import UnitOfWork

IdKey = Annotated[str, mapped_column(String(32), primary_key=True)]
IdRef = Annotated[str, mapped_column(String(32), index=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Every table of the platform; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's documented way
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Database:
    """Hands out sessions and units of work on one PostgreSQL.

    Args:
        url: A PostgreSQL URL; the driver is psycopg 3.
        clock: Gives the moments that are written.
        jobs: Where `UnitOfWork.defer` puts background work.

    Attributes:
        closing: Set when the platform stops: whoever waits for news, or is at long work, comes to an end.
    """

    def __init__(self, url: str, *, clock: Clock, jobs: JobQueue | None = None, pool_size: int = 10) -> None:
        self.url = url
        self.clock = clock
        self.jobs = jobs
        self.closing = threading.Event()
        self.engine: Engine = create_engine(
            sqlalchemy_url(url), pool_size=pool_size, max_overflow=20, pool_pre_ping=True, pool_timeout=10
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a unit of work; leaving the block commits all, an exception undoes all.

        Raises:
            UnavailableError: the database does not answer.
        """
        from proeftuin_kernel.unit_of_work import UnitOfWork  # noqa: PLC0415 - they know each other

        with _translated(), self._sessions.begin() as session:
            yield UnitOfWork(session, clock=self.clock, jobs=self.jobs)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading only.

        Raises:
            UnavailableError: the database does not answer.
        """
        with _translated(), self._sessions() as session:
            session.connection(execution_options={"postgresql_readonly": True})
            yield session

    def ping(self) -> None:
        """Ask the database for one answer.

        Raises:
            UnavailableError: it gives none.
        """
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """Name the driver in a PostgreSQL URL (`postgres://` and `postgresql://` both mean psycopg 3)."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise UnavailableError(
                Text(
                    nl="De databank antwoordt niet. Er is niets verloren; probeer het zo dadelijk opnieuw.",
                    en="The database does not answer. Nothing is lost; try again in a moment.",
                ),
                log_message=str(error.orig),
            ) from error
        raise
