"""What the services say of a municipality other than VlaVirGem, from texts and entities that were written of it."""

from __future__ import annotations

from vlavirgem.blocks.served import VLAVIRGEM, Served
from vlavirgem.linked.places import ADDRESS
from vlavirgem.place import MAIL_DOMAIN
from vlavirgem.place import VLAVIRGEM as MADE
from vlavirgem.regions import load_region

DORP = Served(name="Sint-Jans Dorp", nis_code="99002")


def test_a_text_names_the_municipality_and_the_header_keeps_its_name() -> None:
    """`VlaVirGem-Storing` is what programs send, whoever is served."""
    text = "De gemeente VlaVirGem verstaat de header `VlaVirGem-Storing`."

    assert "De gemeente Sint-Jans Dorp verstaat de header `VlaVirGem-Storing`." == DORP.say(text)
    assert text == VLAVIRGEM.say(text)


def test_an_identifier_that_ends_in_a_word_carries_the_nis_code() -> None:
    """So no two municipalities describe the same thing; who follows it finds the word again."""
    base = "https://data.vlavirgem.example/id/"

    assert f"{base}dataset/99002-adressen" == DORP.iri("dataset/adressen")
    assert f"{base}ldes/99002-adressen/0a1b2c3d" == DORP.iri("ldes/adressen/0a1b2c3d")
    assert "adressen" == DORP.own("99002-adressen")
    assert f"{base}dataset/adressen" == VLAVIRGEM.iri("dataset/adressen")
    assert "adressen" == VLAVIRGEM.own("adressen")


def test_its_domain_is_that_of_its_mail_addresses() -> None:
    """The same rule gives both: for all of Vlaanderen, and for VlaVirGem."""
    for one in [*load_region("vlaanderen").municipalities, MADE]:
        assert one.domain == Served(name=one.name, nis_code=one.nis_code).domain
    assert MAIL_DOMAIN == VLAVIRGEM.domain
    assert "sint-jans-dorp.example" == DORP.domain


def test_an_entity_is_put_in_its_words_once_and_vlavirgems_is_left_alone() -> None:
    """Renderers are kept: one is made of many parts."""
    assert ADDRESS is VLAVIRGEM.entity(ADDRESS)
    assert DORP.entity(ADDRESS) is DORP.entity(ADDRESS)
    assert DORP.renderer(ADDRESS) is DORP.renderer(ADDRESS)
    assert "VlaVirGem" not in repr(DORP.entity(ADDRESS))
