"""Writing in the base registers of a served town, for tests: who may move where, and with which version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from vlavirgem import Town

BASE = "/basisregisters/v1"
CASES = "/dossiers/v1/dossiers"
FEED = f"{BASE}/wijzigingen"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}


def tag(client: TestClient, path: str, **headers: str) -> dict[str, str]:
    """The header that says which version was read."""
    return {"If-Match": client.get(path, headers=headers).headers["etag"]}


def number_of(iri: str) -> int:
    return int(iri.rpartition("/")[2])


def free_addresses(town: Town) -> list[int]:
    """Where a household may come to live."""
    tables = town.tables
    homes = set(tables["gebouweenheden"].filter(status="gerealiseerd", bestemming="wonen")["id"])
    users = ("huishoudens", "organisaties", "vestigingen")
    taken = {address for table in users for address in tables[table]["adres_id"]}
    in_use = tables["adressen"].filter(status="inGebruik")
    return [
        row["id"]
        for row in in_use.iter_rows(named=True)
        if row["gebouweenheid_id"] in homes and row["id"] not in taken
    ]


def some_household(town: Town) -> int:
    return int(town.tables["huishoudens"].sort("aantal_leden")["id"][-1])


def move(client: TestClient, household: int, address: int, **headers: str) -> httpx.Response:
    path = f"{BASE}/huishoudens/{household}"
    return client.post(
        f"{path}/verhuizingen", json={"adres": f"{ID}adres/{address}"}, headers={**tag(client, path), **headers}
    )
