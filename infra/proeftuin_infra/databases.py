"""Databases by cloning: one template per content, one database and one role per tenant."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CONNECTIONS_PER_ROLE = 30


class DatabaseServerError(Exception):
    """The database server does not answer or refuses; the message is for the operator."""


class ClonedDatabases:
    """Makes, clones and removes databases whose names start with one prefix; others are never touched.

    Args:
        maintenance_url: URL of a database of the server that is never removed; its user may make databases and roles.
        prefix: Start of every name, ending in `_`; tells the databases of one platform from those of another.
    """

    def __init__(self, maintenance_url: str, *, prefix: str) -> None:
        self._url = maintenance_url
        self._prefix = prefix

    def template(self, content: str) -> str:
        """Name the template of a content, such as a town's digest."""
        return self._named(f"tpl_{re.sub('[^a-z0-9]', '', content.lower().removeprefix('sha256:'))[:24]}")

    def name(self, tenant: str) -> str:
        """Name the database and the role of a tenant."""
        return self._named(tenant.lower().replace("-", "_"))

    def has(self, name: str) -> bool:
        """Tell whether a database is there."""
        with self._connected() as server:
            return _exists(server, name)

    def build_template(self, name: str, fill: Callable[[str], None]) -> None:
        """Make a template once: fill a database under another name, and give it its name when it is whole.

        Args:
            name: The template's name.
            fill: Gets the URL of an empty database and fills it.

        Raises:
            DatabaseServerError: the server refuses.
        """
        building = f"{name}_new"
        with self._connected() as server:
            # Freed by the server when this connection ends, however it ends.
            server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
            if _exists(server, name):
                return
            _drop(server, building)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
            fill(self._url_of(building))
            with psycopg.connect(self._url_of(building), autocommit=True) as filled:
                # A clone keeps these rights; who may connect to a clone is decided per clone.
                filled.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
                filled.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
                filled.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
            )
            server.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))

    def clone(self, template: str, name: str) -> None:
        """Make a tenant's database from a template; one that is there is left alone.

        A clone that was cut short does not exist: the server makes databases in one transaction.

        Raises:
            DatabaseServerError: the server refuses.
        """
        with self._connected() as server:
            role, database = sql.Identifier(name), sql.Identifier(name)
            if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
                server.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT {}").format(
                        role, sql.Literal(_CONNECTIONS_PER_ROLE)
                    )
                )
            if not _exists(server, name):
                _drop(server, name)  # what is left of one whose removal was cut short
                server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(template)))
            server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            server.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, role))

    def open_for(self, name: str) -> tuple[str, str]:
        """Give a tenant's role a fresh password; returns the URL without it, and the password.

        Raises:
            DatabaseServerError: the server refuses.
        """
        password = secrets.token_urlsafe(24)
        with self._connected() as server:
            server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(password)))
        return self._url_of(name, user=name), password

    def url(self, name: str) -> str:
        """Give the URL of a database for the platform itself, with the rights of its own user."""
        return self._url_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a tenant's database and end its connections; one that is not there is not an error."""
        with self._connected() as server:
            _drop(server, name)

    def drop(self, name: str) -> None:
        """Remove a tenant's database and role; what is not there is not an error."""
        with self._connected() as server:
            _drop(server, name)
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def owned(self) -> tuple[frozenset[str], frozenset[str]]:
        """List the databases and the roles with our prefix, templates left out."""
        pattern = self._prefix.replace("_", r"\_") + "%"
        with self._connected() as server:
            databases = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]).fetchall()
            roles = server.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [pattern]).fetchall()
        skipped = f"{self._prefix}tpl_"
        return (
            frozenset(name for (name,) in databases if not name.startswith(skipped)),
            frozenset(name for (name,) in roles),
        )

    def _named(self, rest: str) -> str:
        name = f"{self._prefix}{rest}"
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a database")
        return name

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=10) as server:
                yield server
        except psycopg.Error as error:
            raise DatabaseServerError(str(error).split("\n", 1)[0]) from error

    def _url_of(self, database: str, *, user: str | None = None) -> str:
        parts: dict[str, Any] = {key: value for key, value in conninfo_to_dict(self._url).items() if value is not None}
        parts.pop("dbname", None)
        owner, password = parts.pop("user", None), parts.pop("password", None)
        account = quote(user or owner or "", safe="")
        if user is None and password:
            account += f":{quote(password, safe='')}"
        query = urlencode(parts, quote_via=quote)
        return f"postgresql://{account}@/{quote(database)}?{query}"


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    """Tell whether a database is there to be used.

    A removal that was cut short leaves a database that PostgreSQL marks invalid (connection limit -2) and that can
    only be dropped: it counts as absent.
    """
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit <> -2", [name]).fetchone()
    return found is not None


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
