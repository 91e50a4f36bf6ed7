"""Subscriptions and messages as they are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vlavirgem.store.connection import Row


def subscription_document(row: Row, *, base: str) -> dict[str, Any]:
    """Give a subscription, without its secret."""
    document = {
        "nummer": row["id"],
        "url": row["url"],
        "types": row["types"],
        "onderwerp": row["onderwerp"],
        "status": row["status"],
        "aangemaakt": _moment(row["aangemaakt"]),
        "_links": {
            "self": {"href": f"{base}/abonnementen/{row['id']}"},
            "leveringen": {"href": f"{base}/leveringen?abonnementId={row['id']}"},
        },
    }
    if row["reden"] is not None:
        document["reden"] = row["reden"]
    if row["per_minuut"] is not None:
        document["perMinuut"] = row["per_minuut"]
    return document


def subscription_tag(row: Mapping[str, Any]) -> str:
    """Give the entity tag of a subscription: it changes with every change, also after a reset to the seed."""
    return f'"{row["id"]}-{row["versie"]}-{int(row["aangemaakt"].timestamp())}"'


def message_document(row: Row, *, base: str) -> dict[str, Any]:
    """Give a message with all that was tried."""
    return {
        "nummer": row["id"],
        "webhookId": row["bericht"],
        "abonnement": f"{base}/abonnementen/{row['abonnement_id']}",
        "status": row["status"],
        "gebeurtenis": json.loads(row["gebeurtenis"]),
        "pogingen": [_attempt(attempt) for attempt in row["log"]],
        "_links": {"self": {"href": f"{base}/leveringen/{row['id']}"}},
    }


def _attempt(row: Row) -> dict[str, Any]:
    told = {"httpStatus": row["status"], "fout": row["fout"], "storing": row["storing"]}
    return {
        "tijdstip": _moment(row["tijdstip"]),
        "milliseconden": row["milliseconden"],
        **{name: value for name, value in told.items() if value is not None},
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
