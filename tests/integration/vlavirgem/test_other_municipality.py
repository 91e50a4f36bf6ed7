"""A municipality of a region is served like VlaVirGem: in its own name, and with numbers of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import sql
from starlette.testclient import TestClient

from support.openid_client import BASE as SIGN_IN
from support.openid_client import ORIGIN, MovableClock, register
from support.vlavirgem_receiver import receiving, wait_until
from support.vlavirgem_towns import small_region
from vlavirgem import Town
from vlavirgem.blocks.app import make_app
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.notifying.delivering import Patience
from vlavirgem.numbering import TOWN
from vlavirgem.regions import seed_of
from vlavirgem.schema import TABLES
from vlavirgem.store.connection import connect
from vlavirgem.store.living import live_to
from vlavirgem.store.loading import load_town
from vlavirgem.store.resetting import reset_town
from vlavirgem.store.tables import count_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem.store.connection import DictConnection

NAME, NIS_CODE, DOMAIN = "Dorp B", "99002", "dorp-b.example"
ID = "https://data.vlavirgem.example/id/"
OTHERS = re.compile(
    r"(?!VlaVirGem-Storing)VlaVirGem"  # the header has one name everywhere
    r"|(?<!data\.)vlavirgem\.example"  # and so has the root of identifiers
    r"|99309|\b9999\b"
)
HURRIED = Patience(attempts=3, questions=2, first=0.05, longest=0.2, timeout=2, lease=3)


@pytest.fixture(scope="module")
def dorp() -> Town:
    """The second of two municipalities."""
    profile = small_region(100, 150).profile(NIS_CODE)
    return Town.generate(profile, seed=seed_of(profile, seed=7))


@pytest.fixture(scope="module")
def dorp_url(dorp: Town, new_database: Callable[[str | None], str]) -> str:
    """The URL of a database that holds it."""
    url = new_database(None)
    load_town(dorp, url)
    return url


@pytest.fixture(scope="module")
def client(dorp_url: str) -> Iterator[TestClient]:
    """Its building blocks."""
    app = make_app(dorp_url, clock=MovableClock(), patience=HURRIED)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as one:
        yield one


def answered(client: TestClient, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code in (200, 401), f"{path}: {answer.text}"
    text = answer.text + str(answer.headers.get("www-authenticate", ""))
    assert not (found := OTHERS.search(text)), f"{path}: {text[max(0, found.start() - 100) : found.end() + 100]}"
    return text


def test_every_building_block_speaks_of_the_municipality(client: TestClient) -> None:
    """Its description, its OpenAPI document and contexts, and each collection with a member: never of VlaVirGem."""
    assert f'"naam":"{NAME}"' in answered(client, "/")
    for block in BLOCKS:
        assert f" {NAME}" in answered(client, block.path)
        description = answered(client, f"{block.path}/openapi.json")
        assert f"api@{DOMAIN}" in description
        assert f"Gemeente {NAME}, dienst informatica" in description
        for resource in block.resources:
            path = f"{block.path}/{resource.path}"
            answered(client, f"{block.path}/contexten/{resource.entity.name}.jsonld")
            answered(client, f"{path}?limiet=30")
            for item in client.get(f"{path}?limiet=1").json()["items"]:
                answered(client, item["_links"]["self"]["href"], Accept="application/ld+json")


def test_its_documents_carry_its_name_and_codes(client: TestClient, dorp: Town) -> None:
    """Where VlaVirGem's have its own: addresses, the public service, the municipality itself."""
    address = dorp.tables["adressen"]["id"][0]
    assert 2 == address // TOWN
    document = client.get(f"/basisregisters/v1/adressen/{address}").json()
    assert NAME == document["gemeentenaam"]
    assert f"{ID}gemeentenaam/{NIS_CODE}" == document["heeftGemeentenaam"]
    assert f"{ID}bestuurseenheid/{NIS_CODE}-gemeente" == document["isToegekendDoor"]
    features = client.get("/basisregisters/v1/adressen?limiet=1", headers={"Accept": "application/geo+json"}).json()
    assert NAME == features["features"][0]["properties"]["gemeentenaam"]


def test_streams_and_minutes_are_its_own(client: TestClient) -> None:
    """What LBLOD harvests of two municipalities says nothing of the same things."""
    for path, name in (("ldes", "besluiten"), ("publicaties", "publicaties")):
        root = client.get(f"/besluiten/v1/{path}").json()
        assert f"{ID}ldes/{NIS_CODE}-{name}/{root['tijdperk']}" == root["@id"]
        assert root["streamTitle"].endswith(f" van {NAME}")
        answered(client, f"/besluiten/v1/{path}/{root['tijdperk']}/1")
    meeting = client.get("/besluiten/v1/zittingen?limiet=1").json()["items"][0]["_links"]["self"]["href"]
    assert f"Gemeente {NAME}" in answered(client, f"{meeting}/notulen")


def test_open_data_are_published_by_the_municipality(client: TestClient) -> None:
    """Catalogue, datasets, streams and downloads, each with an identifier that no other municipality has."""
    catalogue = client.get("/opendata/v1/catalogus?limiet=100").json()
    assert f"{ID}catalogus/{NIS_CODE}-opendata" == catalogue["@id"]
    assert f"{ID}bestuurseenheid/{NIS_CODE}-gemeente" == catalogue["dct:publisher"]["@id"]
    assert f"mailto:opendata@{DOMAIN}" == catalogue["dcat:contactPoint"]["vcard:hasEmail"]["@id"]
    assert f"Open data van {NAME}" == catalogue["dct:title"][0]["@value"]
    answered(client, "/opendata/v1/catalogus?limiet=100")
    for described in [*catalogue["dcat:dataset"], *catalogue["dcat:record"], *catalogue["dcat:service"]]:
        iri = described["@id"]
        assert iri.rpartition("/")[2].startswith(f"{NIS_CODE}-")
        followed = client.get(iri.removeprefix("https://data.vlavirgem.example"))
        assert 200 == followed.status_code
        assert iri in followed.text
    root = client.get("/opendata/v1/ldes/adressen").json()
    assert f"{ID}ldes/{NIS_CODE}-adressen/{root['tijdperk']}" == root["@id"]
    page = answered(client, f"/opendata/v1/ldes/adressen/{root['tijdperk']}/1")
    assert f'"gemeentenaam":"{NAME}"' in page


@pytest.mark.parametrize("fmt", ["csv", "jsonld", "nquads", "turtle", "geojson"])
def test_a_download_holds_its_register_whole(client: TestClient, dorp: Town, fmt: str) -> None:
    """Read part by part from where its own numbers begin."""
    text = answered(client, f"/opendata/v1/datasets/adressen/downloads/{fmt}")

    numbers = {int(number) for number in re.findall(r"\b2\d{9}\b", text)}
    assert set(dorp.tables["adressen"]["id"]) <= numbers


def test_people_of_the_municipality_sign_in(client: TestClient, dorp: Town) -> None:
    """On pages with its name, and with tokens that name its organisations."""
    application = register(client)
    assert NAME in answered(client, application.address())
    staff = dorp.tables["medewerkers"]
    official = staff.filter((staff["organisatie_id"] == dorp.tables["gemeenten"]["id"][0]) & staff["tot"].is_null())

    tokens = application.tokens(f"medewerker/{official['id'][0]}", scope="openid profile vo burgerzaken")
    claims = application.claims(tokens["id_token"])

    organisation = dorp.tables["organisaties"].row(0, named=True)
    assert organisation["ovo_code"] == claims["vo_orgcode"]
    assert NAME in claims["vo_orgnaam"]
    assert claims["vo_email"].endswith(f"@{DOMAIN}")
    assert f'realm="{NAME}"' in answered(client, f"{SIGN_IN}/userinfo")


def test_what_is_written_gets_numbers_of_the_municipality(client: TestClient, dorp: Town) -> None:
    """A new house number, a move and a case; whoever subscribed is told, in the name of its domain."""
    with receiving() as receiver:
        subscription = client.post("/notificaties/v1/abonnementen", json={"url": receiver.url}).json()
        wait_until(lambda: receiver.asked)
        assert DOMAIN == receiver.asked[0]["webhook-request-origin"]

        address = dorp.tables["adressen"].filter(status="inGebruik")["id"][0]
        read = client.get(f"/basisregisters/v1/adressen/{address}")
        written = client.post(
            f"/basisregisters/v1/adressen/{address}/hernummeringen",
            json={"huisnummer": "777"},
            headers={"If-Match": read.headers["etag"]},
        )
        assert 201 == written.status_code, written.text
        assert written.json()["volledigAdres"].endswith(f"{dorp.tables['gemeenten']['postcode'][0]} {NAME}")
        made = [written.json(), opened_case(client, dorp)]

        assert {2} == {int(one["@id"].rpartition("/")[2]) // TOWN for one in made}
        wait_until(lambda: len(receiver.received) == 3)
        assert all(one.is_signed_with(subscription["geheim"]) for one in receiver.received)
        assert {DOMAIN} == {one.headers["webhook-request-origin"] for one in receiver.received}
        sources = {one.event["source"] for one in receiver.received}
    assert {f"{ID}stad/proef/{NIS_CODE}-{dorp.seed}/bezoekers"} == sources


def opened_case(client: TestClient, dorp: Town) -> dict[str, Any]:
    permit = dorp.tables["producten"].filter(dossiertype="omgevingsvergunning")["id"][0]
    adult = dorp.tables["personen"].filter(rol="gezinshoofd")["id"][0]
    asked = {"product": f"{ID}product/{permit}", "aanvrager": f"{ID}persoon/{adult}"}
    answer = client.post("/dossiers/v1/dossiers", json=asked)
    assert 201 == answer.status_code, answer.text
    case = dict(answer.json())
    assert 201 == client.post(f"{answer.headers['location']}/statussen", json={"status": "InVerwerking"}).status_code
    return case


def test_it_lives_and_is_reset(dorp: Town, dorp_url: str, client: TestClient) -> None:
    """Whatever a life adds has numbers of the municipality; afterwards all is as it was made, and counts on there."""
    reset_town(dorp_url)
    assert 20 == live_to(dorp_url, 20)
    with connect(dorp_url) as connection:
        for name in TABLES:
            _, first, last = ends_of(connection, name)
            assert {2} == {first // TOWN, last // TOWN}, name
    answered(client, "/gebeurtenissen/v1/gebeurtenissen?limiet=1000")
    assert client.get("/gebeurtenissen/v1/gebeurtenissen").json()["totaalAantal"] > 0

    reset_town(dorp_url)

    with connect(dorp_url) as connection:
        for name, frame in dorp.tables.items():
            assert (frame.height, frame["id"].min(), frame["id"].max()) == ends_of(connection, name), name
    assert dorp.digest == client.get("/gezondheid").json()["digest"]


def ends_of(connection: DictConnection, table: str) -> tuple[int, int, int]:
    """How many rows a table has, its first number and its last."""
    query = sql.SQL("SELECT count(*) AS n, min(id) AS first, max(id) AS last FROM {}").format(sql.Identifier(table))
    row = connection.execute(query).fetchone()
    assert row is not None
    return row["n"], row["first"], row["last"]


def test_a_table_without_rows_is_counted_from_where_the_municipality_begins(dorp_url: str) -> None:
    """Else the first row that a visitor writes there would have a number of VlaVirGem's."""
    with connect(dorp_url) as connection:
        connection.execute("DELETE FROM toestemmingen")
        count_on(connection)
        row = connection.execute("SELECT nextval(pg_get_serial_sequence('toestemmingen', 'id')) AS number").fetchone()
        connection.rollback()
    assert {"number": 2 * TOWN + 1} == row
