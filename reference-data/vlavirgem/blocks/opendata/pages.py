"""Answers with the catalogue and its parts, as the town is now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.opendata.answers import respond_as_graph
from vlavirgem.blocks.opendata.catalogue import Catalogue
from vlavirgem.blocks.opendata.datasets import DATASETS, Dataset
from vlavirgem.blocks.opendata.facts import Facts
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.served import served_at
from vlavirgem.store.opendata import read_facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.blocks.block import Block

_BY_NAME = {dataset.name: dataset for dataset in DATASETS}


def catalogue_answer(request: Request, *, after: int, limit: int) -> Response:
    """Answer with a page of the catalogue."""
    page = _catalogue(request).page(after=after, limit=limit)
    links = ", ".join(
        f'<{page["hydra:view"][f"hydra:{term}"]["@id"]}>; rel="{relation}"'
        for term, relation in (("first", "first"), ("previous", "prev"), ("next", "next"), ("last", "last"))
        if f"hydra:{term}" in page["hydra:view"]
    )
    return respond_as_graph(request, page, headers={"Link": links})


def dataset_answer(request: Request, name: str) -> Response:
    """Answer with one dataset.

    Raises:
        Problem: 404, there is no such dataset.
    """
    return respond_as_graph(request, _catalogue(request).dataset(find_dataset(name)))


def service_answer(request: Request, name: str) -> Response:
    """Answer with one data service.

    Raises:
        Problem: 404, there is no such service.
    """
    for block in _blocks():
        if block.name == name:
            return respond_as_graph(request, _catalogue(request).service(block))
    raise not_found(f"Er is geen dienst {name}.", f"There is no service {name}.")


def find_dataset(name: str) -> Dataset:
    """Find a dataset by its name.

    Raises:
        Problem: 404, there is none.
    """
    if name not in _BY_NAME:
        raise not_found(f"Er is geen dataset {name}.", f"There is no dataset {name}.")
    return _BY_NAME[name]


def _blocks() -> tuple[Block, ...]:
    from vlavirgem.blocks.registry import BLOCKS  # noqa: PLC0415 - the registry names this block

    return BLOCKS


def _catalogue(request: Request) -> Catalogue:
    tables = {dataset.name: dataset.opened.entity.table for dataset in DATASETS if dataset.opened}
    tables |= {dataset.name: dataset.collection for dataset in DATASETS if dataset.collection and not dataset.opened}
    blocks = _blocks()
    (own,) = (block.path for block in blocks if block.name == "opendata")
    with request.app.state.connections.transaction() as connection:
        facts = read_facts(connection, tables=tables)
    return Catalogue(
        blocks,
        facts=Facts(
            served=served_at(request),
            root=base_url(request).removesuffix(own),
            day=facts.manifest["referenceDate"],
            version=facts.manifest["generatorVersion"],
            space=_around(facts.border),
            changed=facts.changed,
            counts=facts.counts,
            since=facts.since,
        ),
        own=own,
    )


def _around(border: str) -> str:
    """Give the rectangle around a figure in well-known text, counter-clockwise."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", border)]
    (west, east), (south, north) = _ends(numbers[::2]), _ends(numbers[1::2])
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in corners)}))"


def _ends(numbers: Iterable[float]) -> tuple[float, float]:
    found = sorted(numbers)
    return found[0], found[-1]
