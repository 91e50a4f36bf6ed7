"""What is to go wrong in a served town, kept in its database: a reset to the seed ends it, a restart does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from vlavirgem.disturbances import Disturbance, Plan
from vlavirgem.store.tables import DISTURBANCES

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection, Row


def read_setting(connection: DictConnection) -> tuple[Plan, int]:
    """Give what is to go wrong, and how many requests were counted since that was set."""
    row = connection.execute(f"SELECT * FROM {DISTURBANCES}".encode()).fetchone()  # noqa: S608 - a name of ours
    return (Plan(), 0) if row is None else (_plan(row), int(row["teller"]))


def count_request(connection: DictConnection) -> tuple[Plan, int]:
    """Do as `read_setting`, and count one request more."""
    row = connection.execute(f"UPDATE {DISTURBANCES} SET teller = teller + 1 RETURNING *".encode()).fetchone()  # noqa: S608 - idem
    return (Plan(), 0) if row is None else (_plan(row), int(row["teller"]))


def set_plan(connection: DictConnection, plan: Plan) -> None:
    """Set what is to go wrong from the next request on, and begin to count anew."""
    rules: list[dict[str, Any]] = [
        {"soort": one.kind, "waarde": one.amount, "kans": one.chance, "pad": one.path} for one in plan.disturbances
    ]
    connection.execute(
        f"UPDATE {DISTURBANCES} SET seed = %s, regels = %s, teller = 0".encode(),  # noqa: S608 - idem
        [plan.seed, Jsonb(rules)],
    )


def _plan(row: Row) -> Plan:
    rules = tuple(
        Disturbance(one["soort"], one["waarde"], chance=one["kans"], path=one["pad"]) for one in row["regels"]
    )
    return Plan(rules, seed=row["seed"])
