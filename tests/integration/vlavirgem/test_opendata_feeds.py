"""The event streams of the registers, read by a client that knows nothing of the town, on a real PostgreSQL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from support.ldes_client import Replica
from support.vlavirgem_streams import REGISTERS, ROOT, execute, in_use, register, renumber, served
from vlavirgem.linked.opened import OPENED
from vlavirgem.store.living import live_to
from vlavirgem.store.loading import load_town
from vlavirgem.store.resetting import reset_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.testclient import TestClient

    from vlavirgem import Town


@pytest.fixture
def town_url(clone: Callable[[], str]) -> str:
    return clone()


@pytest.fixture
def client(town_url: str) -> Iterator[TestClient]:
    """Pages of 20, so that every register has several."""
    with served(town_url, size=20) as client:
        yield client


@pytest.mark.parametrize("name", [opened.name for opened in OPENED])
def test_a_stream_replicates_its_register_exactly(reading: TestClient, name: str) -> None:
    """Followed to its end, the last version of each thing is what the API serves; a business without who leads it."""
    replica = Replica(reading, f"{ROOT}/{name}")
    replica.sync()

    block = "/ipdc/v1" if name == "producten" else REGISTERS
    expected = register(reading, f"{block}/{name}")

    assert expected == replica.state()
    assert expected


def test_what_is_written_comes_after_what_was_there_and_full_pages_stay(client: TestClient) -> None:
    """A house gets another number: three versions in three streams, and nothing that was full is read again."""
    replica = Replica(client, f"{ROOT}/adressen")
    replica.sync()
    before = replica.in_order()
    first_round = list(replica.asked)
    kept = {address: client.get(address) for address in first_round[1:-1]}
    number = in_use(client)[0]

    renumber(client, number, house="901")
    replica.sync()

    added = [str(one) for one in replica.in_order()[len(before) :]]
    assert before == replica.in_order()[: len(before)]
    assert 2 == len(added)
    assert f"/adres/{number}/" in added[1]
    assert register(client, f"{REGISTERS}/adressen") == replica.state()
    assert [first_round[0], first_round[-1]] == replica.asked[:2]
    assert not {*replica.asked[2:]} & {*first_round}, "what comes after the last page is new"
    assert all("immutable" in answer.headers["cache-control"] for answer in kept.values())
    for address, answer in kept.items():
        again = client.get(address)
        assert (answer.content, answer.headers["etag"]) == (again.content, again.headers["etag"])


def test_what_a_document_is_made_of_makes_a_version_too(client: TestClient, town_url: str) -> None:
    """The API shows the name of a street with each address and seat: so do the streams."""
    replicas = {name: Replica(client, f"{ROOT}/{name}") for name in ("straatnamen", "adressen", "organisaties")}
    for replica in replicas.values():
        replica.sync()

    execute(town_url, "UPDATE straatnamen SET naam = 'Verzonnen Nieuwstraat' WHERE id = 1")

    for name, replica in replicas.items():
        before = len(replica.versions)
        replica.sync()
        assert register(client, f"{REGISTERS}/{name}") == replica.state(), name
        assert before < len(replica.versions), name


def test_what_is_taken_away_gets_a_last_version_that_says_so(client: TestClient, town_url: str) -> None:
    """And what comes and goes in one transaction, or changes back, was never there."""
    replica = Replica(client, f"{ROOT}/vestigingen")
    replica.sync()
    before = len(replica.versions)
    columns = "organisatie_id, adres_id, is_zetel, nace_code, begindatum"
    copy = f"INSERT INTO vestigingen (vestigingsnummer, {columns}) SELECT '8999999999', {columns} FROM vestigingen"  # noqa: S608 - constants

    execute(town_url, "DELETE FROM vestigingen WHERE id = (SELECT max(id) FROM vestigingen)")
    execute(town_url, f"{copy} LIMIT 1", "DELETE FROM vestigingen WHERE vestigingsnummer = '8999999999'")
    execute(
        town_url,
        "UPDATE vestigingen SET is_zetel = NOT is_zetel WHERE id = 1",
        "UPDATE vestigingen SET is_zetel = NOT is_zetel WHERE id = 1",
    )
    execute(town_url, f"{copy} LIMIT 1")
    replica.sync()

    expected = register(client, f"{REGISTERS}/vestigingen")
    assert expected == replica.state()
    assert before + 2 == len(replica.versions)
    last = client.get(client.get(f"{ROOT}/vestigingen").json()["view"]["relation"][-1]["node"]).json()["member"]
    assert ["Verwijderd", "Vestiging"] == [member["@type"] for member in last[-2:]]


def test_a_stream_goes_on_while_the_town_lives_and_its_moments_only_grow(client: TestClient, town_url: str) -> None:
    """A visitor writes today, the town lives in its own days, long before: the order of the stream is neither's."""
    replica = Replica(client, f"{ROOT}/adressen")
    for turn in range(3):
        renumber(client, in_use(client)[turn], house=f"90{turn}")
        live_to(town_url, 2 * (turn + 1))
        execute(
            town_url, "SET LOCAL vlavirgem.nu = '2001-01-01'", "UPDATE adressen SET postcode = '9998' WHERE id < 40"
        )
        execute(town_url, "UPDATE adressen SET postcode = '9999' WHERE id < 40")
        replica.sync()

    assert register(client, f"{REGISTERS}/adressen") == replica.state()
    assert list(range(len(replica.versions))) == [
        int(replica.of(one, "sequencePath").split('"')[1]) for one in replica.in_order()
    ]


def test_nothing_is_skipped_while_many_write(client: TestClient, town_url: str) -> None:
    """A reader that follows along and never goes back has seen everything in the end."""
    replica = Replica(client, f"{ROOT}/straatnamen")
    writers = [
        threading.Thread(
            target=lambda street=street: [
                execute(town_url, f"UPDATE straatnamen SET naam = 'Straat {turn}' WHERE id = {street}")  # noqa: S608 - numbers
                for turn in range(4)
            ]
        )
        for street in (1, 2, 3)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        replica.sync()
    replica.sync()

    assert register(client, f"{REGISTERS}/straatnamen") == replica.state()
    at_seed = client.get(f"{REGISTERS}/straatnamen?limiet=1").json()["totaalAantal"]
    assert at_seed + 12 == len(replica.versions)


def loaded_again(town: Town, url: str) -> None:
    load_town(town, url, reset=True)


def undone(town: Town, url: str) -> None:
    del town
    reset_town(url)


@pytest.mark.parametrize("reset", [loaded_again, undone])
def test_a_reset_begins_another_epoch_and_says_so(
    client: TestClient, town_url: str, town: Town, reset: Callable[[Town, str], None]
) -> None:
    """Pages of before are gone, with where to start again; a client that does so has the town as it is."""
    replica = Replica(client, f"{ROOT}/adressen")
    replica.sync()
    at_seed = replica.in_order()
    renumber(client, in_use(client)[0], house="901")
    replica.sync()
    stream, last = replica.stream, replica.asked[-1]

    reset(town, town_url)

    gone = client.get(last)
    replica.sync()
    assert 410 == gone.status_code
    assert "application/problem+json" == gone.headers["content-type"]
    assert f'<http://stad.test{ROOT}/adressen>; rel="collection"' == gone.headers["link"]
    assert f"/{gone.json()['tijdperk']}>" in replica.stream
    assert stream != replica.stream
    assert at_seed == replica.in_order()
    assert register(client, f"{REGISTERS}/adressen") == replica.state()
    renumber(client, in_use(client)[0], house="902")
    replica.sync()
    assert register(client, f"{REGISTERS}/adressen") == replica.state()


def test_nobody_waits_for_ever_while_a_town_is_reset_and_read(client: TestClient, town_url: str, town: Town) -> None:
    """Readers all over the block, and resets of both kinds: whole answers, pages that are gone, or a moment of 503."""
    seen: set[int] = set()
    paths = (f"{ROOT}/adressen", "/opendata/v1/catalogus", "/opendata/v1/datasets/straatnamen/downloads/csv")
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            for path in paths:
                answer = client.get(path)
                seen.add(answer.status_code)
                if path.startswith(ROOT) and answer.status_code == 200:
                    seen.add(client.get(answer.json()["view"]["relation"][-1]["node"]).status_code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(4):
        execute(town_url, f"UPDATE adressen SET busnummer = '{turn}' WHERE id < 20")  # noqa: S608 - a number
        reset_town(town_url)
    loaded_again(town, town_url)
    is_over.set()
    for reader in readers:
        reader.join()

    assert seen <= {200, 404, 410, 503}
    assert 200 in seen


def test_a_copy_that_lags_behind_shows_the_stream_of_then(client: TestClient) -> None:
    """Disturbed with `verouderd`: fewer versions, the same epoch, and nothing that is not so later."""
    stale = {"VlaVirGem-Storing": "verouderd=1000"}
    address = f"{ROOT}/adressen"
    at_seed = client.get(address, headers=stale).json()
    renumber(client, in_use(client)[0], house="901")

    now, then = client.get(address).json(), client.get(address, headers=stale).json()

    assert at_seed == then
    assert now["@id"] == then["@id"]
    node = then["view"]["relation"][-1]["node"]
    seen = client.get(node, headers=stale).json()["member"]
    assert seen == client.get(node).json()["member"][: len(seen)]


CHANGES = st.sampled_from(
    [
        "UPDATE straatnamen SET naam = naam || 'x' WHERE id = {a}",
        "UPDATE adressen SET gebouw_id = {b} WHERE id = {a}",
        "UPDATE adressen SET gebouweenheid_id = {b}, straatnaam_id = 1 + {b} % 2 WHERE id = {a}",
        "UPDATE gebouwen SET status = 'gehistoreerd' WHERE id = {a}",
        "UPDATE gebouweenheden SET gebouw_id = {b} WHERE id = {a}",
        "UPDATE adressen SET busnummer = '{b}' WHERE straatnaam_id = {a}",
    ]
)
TRANSACTIONS = st.lists(
    st.lists(st.tuples(CHANGES, st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=3), max_size=3
)


class Followed:
    """A town that is written in, and replicas that read on; it is not brought back between examples."""

    def __init__(self, client: TestClient, url: str) -> None:
        names = ("adressen", "gebouwen", "gebouweenheden", "straatnamen")
        self.client, self.url = client, url
        self.replicas = {name: Replica(client, f"{ROOT}/{name}") for name in names}


@pytest.fixture(scope="module")
def followed(clone: Callable[[], str]) -> Iterator[Followed]:
    url = clone()
    with served(url, size=7) as client:
        yield Followed(client, url)


@settings(max_examples=5, phases=[Phase.generate])
@given(transactions=TRANSACTIONS)
def test_whatever_is_written_the_streams_follow(
    followed: Followed, transactions: list[list[tuple[str, int, int]]]
) -> None:
    """Any changes in any transactions, one after the other: replicas that only read on stay equal to the registers."""
    for changes in transactions:
        execute(followed.url, *(change.format(a=a, b=b) for change, a, b in changes))

    for name, replica in followed.replicas.items():
        replica.sync()
        assert register(followed.client, f"{REGISTERS}/{name}") == replica.state(), name
