"""The page at the root: one for who has a browser; programs get JSON there, unless they ask for HTML first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.blocks.webpages import page
from vlavirgem.blocks.welcome.words import introduction_of
from vlavirgem.disturbances import HEADER
from vlavirgem.explore.requests import language_of
from vlavirgem.report.wording import grouped, written_day
from vlavirgem.store.asking import ask_number
from vlavirgem.store.today import town_day

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.store.connection import DictConnection

_INHABITANTS = "SELECT count(*) FROM personen WHERE huishouden_id IS NOT NULL AND overlijdensdatum IS NULL"
_NAME = "SELECT naam FROM gemeenten ORDER BY id LIMIT 1"


def welcome(request: Request, connection: DictConnection) -> Response:
    """Show what is served here, in the language that the browser likes or `taal` says."""
    language = language_of(request)
    row = connection.execute(_NAME.encode()).fetchone()
    return page(
        request,
        "vlavirgem.blocks.welcome",
        "welkom",
        base=base_url(request),
        header=HEADER,
        town="" if row is None else row["naam"],
        people=grouped(ask_number(connection, _INHABITANTS), language=language),
        today=written_day(town_day(connection), language=language),
        blocks=[(block, introduction_of(block)) for block in BLOCKS],
    )
