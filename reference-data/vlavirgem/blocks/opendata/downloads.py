"""A dataset to take away whole, as the town is at the moment that the answer begins."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from vlavirgem.blocks.answers import chosen_format, matches
from vlavirgem.blocks.epochs import begin_epoch
from vlavirgem.blocks.opendata.catalogue import formats_of
from vlavirgem.blocks.opendata.datasets import SMALLEST
from vlavirgem.blocks.opendata.pages import find_dataset
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.served import served_at
from vlavirgem.store.changes import last_change
from vlavirgem.store.opendata import count_inhabitants, same_view
from vlavirgem.store.streams import ensure_epoch, hold_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from vlavirgem.blocks.opendata.datasets import Dataset
    from vlavirgem.blocks.served import Served
    from vlavirgem.store.connection import Connections, DictConnection


def download_answer(request: Request, name: str, *, fmt: str) -> Response:
    """Answer with a file, in pieces; its entity tag says which state of the town it holds.

    Raises:
        Problem: 404, there is no such dataset, or not in this format.
    """
    dataset = find_dataset(name)
    found = [one for one in formats_of(dataset) if one.name == fmt]
    if not found:
        raise not_found(f"De dataset {name} bestaat niet als {fmt}.", f"The dataset {name} does not exist as {fmt}.")
    (chosen,) = found
    media_type = chosen_format(request, offered=(chosen.media_type,))
    connections: Connections = request.app.state.connections
    begin_epoch(request)
    with connections.transaction() as connection:
        hold_epoch(connection)
        state = f"{ensure_epoch(connection)} {last_change(connection)} {name} {fmt} {request.app.version}"
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept",
        "Content-Disposition": f'attachment; filename="{name}{chosen.suffix}"',
    }
    if matches(request.headers.get("if-none-match", ""), tag=tag):
        return Response(status_code=304, headers=headers)
    pieces = _pieces(connections, dataset, fmt=fmt, served=served_at(request))
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _pieces(connections: Connections, dataset: Dataset, *, fmt: str, served: Served) -> Iterator[bytes]:
    with connections.connection() as connection, same_view(connection):
        if dataset.opened is None:
            yield _counts(connection)
            return
        # What makes files is heavy, and most visitors never ask for one.
        from vlavirgem.blocks.opendata.writing import WRITERS, tables_for  # noqa: PLC0415 - see above
        from vlavirgem.store.source import DatabaseSource  # noqa: PLC0415 - idem

        opened = replace(dataset.opened, entity=served.entity(dataset.opened.entity))
        source = DatabaseSource(connection, tables=tables_for(opened), withheld={opened.entity.table: opened.withheld})
        yield from WRITERS[fmt](source, opened)


def _counts(connection: DictConnection) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, ("wijk_id", "wijk", "geslacht", "leeftijd_van", "aantal"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(count_inhabitants(connection, smallest=SMALLEST))
    return text.getvalue().encode()
