"""Finding who can sign in by some words, in a town of any size.

Inhabitants are by far the most. There are few different names among them, and those are read from the indexes, one
step per name; so words lead to names and names to people, and nobody else is looked at. Other accounts are read whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.store.accounts import CITIZEN, YOUNGEST, accounts_sql, as_account

if TYPE_CHECKING:
    from vlavirgem.store.accounts import Account
    from vlavirgem.store.connection import DictConnection, Row

_LENGTH = 11
"""Digits of a national number."""


def search_accounts(connection: DictConnection, words: str, *, kinds: tuple[str, ...], limit: int) -> list[Account]:
    """Find accounts of which the name, function, organisation or national number holds every word.

    Of an inhabitant's national number the first digits count only.

    Args:
        connection: A connection.
        words: What is looked for; without words everybody is found.
        kinds: Which capacities.
        limit: How many at most; the first by capacity and number.
    """
    wanted = words.replace("\x00", "").split()
    others = tuple(kind for kind in kinds if kind != CITIZEN)
    rows = _search_others(connection, wanted, kinds=others, limit=limit) if others else []
    if CITIZEN in kinds:
        rows += _search_citizens(connection, wanted, limit=limit)
    rows.sort(key=lambda row: (row["soort"], row["nummer"]))
    return [as_account(row) for row in rows[:limit]]


def _search_others(connection: DictConnection, words: list[str], *, kinds: tuple[str, ...], limit: int) -> list[Row]:
    values: dict[str, Any] = {f"word{place}": word for place, word in enumerate(words)}
    where = " AND ".join(["TRUE", *(f"strpos(lower(tekst), lower(%({name})s)) > 0" for name in values)])
    query = f"{accounts_sql(*kinds)} SELECT * FROM accounts WHERE {where} ORDER BY soort, nummer LIMIT %(limit)s"  # noqa: S608 - ours
    return connection.execute(query.encode(), {**values, "young": YOUNGEST, "limit": limit}).fetchall()


def _search_citizens(connection: DictConnection, words: list[str], *, limit: int) -> list[Row]:
    names = {column: _names(connection, column) if words else [] for column in ("voornaam", "achternaam")}
    conditions, values = ["TRUE"], dict[str, Any](young=YOUNGEST, limit=limit)
    for place, word in enumerate(words):
        either = []
        for column, known in names.items():
            if fitting := [name for name in known if word.lower() in name.lower()]:
                either.append(f"lower(p.{column}) = ANY(%({column}{place})s)")
                values[f"{column}{place}"] = fitting
        if word.isascii() and word.isdigit() and len(word) <= _LENGTH:
            either.append(f"p.insz BETWEEN %(first{place})s AND %(last{place})s")
            values |= {f"first{place}": word.ljust(_LENGTH, "0"), f"last{place}": word.ljust(_LENGTH, "9")}
        if not either:
            return []
        conditions.append(f"({' OR '.join(either)})")
    query = accounts_sql(CITIZEN, narrowed=" AND ".join(conditions))
    rows = connection.execute(
        f"{query} SELECT * FROM accounts ORDER BY nummer LIMIT %(limit)s".encode(),  # noqa: S608 - ours
        values,
    )
    return rows.fetchall()


def _names(connection: DictConnection, column: str) -> list[str]:
    """Read the different names in a column in small letters: each step goes from one to the next in the index."""
    rows = connection.execute(
        f"""
        WITH RECURSIVE namen AS (
            (SELECT lower({column}) AS naam FROM personen ORDER BY lower({column}) LIMIT 1)
            UNION ALL
            SELECT (
                SELECT lower({column}) FROM personen WHERE lower({column}) > n.naam ORDER BY lower({column}) LIMIT 1
            ) FROM namen n WHERE n.naam IS NOT NULL
        ) SELECT naam FROM namen WHERE naam IS NOT NULL
        """.encode()  # noqa: S608 - a column of ours
    )
    return [row["naam"] for row in rows]
