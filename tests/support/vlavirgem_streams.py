"""The event streams of a served town and what they stand beside, for tests."""

from __future__ import annotations

from starlette.testclient import TestClient

from vlavirgem.blocks.app import make_app
from vlavirgem.blocks.opendata.graph import triples
from vlavirgem.blocks.opendata.order import Orders
from vlavirgem.store.connection import connect

ROOT = "/opendata/v1/ldes"
REGISTERS = "/basisregisters/v1"
Facts = dict[str, frozenset[tuple[str, str, str]]]


def served(url: str, *, size: int) -> TestClient:
    """The building blocks, with so many versions on a page of a stream."""
    app = make_app(url)
    for route in app.routes:
        if getattr(route, "name", "") == "opendata":
            route.app.state.orders = Orders(size=size)  # type: ignore[attr-defined]  # it is a mount
    return TestClient(app, base_url="http://stad.test", raise_server_exceptions=False)


def register(client: TestClient, path: str) -> Facts:
    """What the API says of every member of a register, as statements."""
    found: Facts = {}
    address = f"{path}?limiet=1000"
    while address:
        page = client.get(address, headers={"Accept": "application/ld+json"}).json()
        context = client.get(page["@context"]).json()["@context"]
        for item in page["items"]:
            item.pop("_links")
            item.pop("zaakvoerder", None)  # who leads a business is not open
            found[f"<{item['@id']}>"] = frozenset(triples({"@context": context, **item}))
        address = page.get("volgende")
    return found


def execute(url: str, *statements: str) -> None:
    """Change something as somebody with `psql` would: all in one transaction."""
    with connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def renumber(client: TestClient, number: int, *, house: str) -> None:
    address = f"{REGISTERS}/adressen/{number}"
    tag = client.get(address).headers["etag"]
    done = client.post(f"{address}/hernummeringen", headers={"If-Match": tag}, json={"huisnummer": house})
    assert 201 == done.status_code, done.text


def in_use(client: TestClient) -> list[int]:
    items = client.get(f"{REGISTERS}/adressen?status=inGebruik&limiet=1000").json()["items"]
    return [int(item["@id"].rpartition("/")[2]) for item in items]
