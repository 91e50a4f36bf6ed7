"""Release numbers, drafts, words, compounds, lots: the small rules that everything rests on."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proeftuin_catalogue.drafts import ID_PATTERN, SLUG_PATTERN, SolutionDraft, checked, is_clean, slug_of
from proeftuin_catalogue.errors import SolutionInvalidError
from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.manifests import draft_of_manifest
from proeftuin_catalogue.search.base import fullest
from proeftuin_catalogue.search.compounds import parts_of
from proeftuin_catalogue.search.ranking import lot_of, strength_of
from proeftuin_catalogue.search.words import folded, wanted
from proeftuin_catalogue.semver import SemVer, current
from proeftuin_catalogue.vocabulary import (
    DOMAIN_LABELS,
    HOSTING_LABELS,
    STATUS_LABELS,
    Domain,
    Hosting,
    Status,
)
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from support.catalogue_builders import draft, manifest

# The chain of clause 11.4.4 of Semantic Versioning 2.0.0, with numbers that a text order would get wrong.
IN_ORDER = [
    "0.9.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.0",
    "1.10.0",
    "2.0.0",
]


def test_releases_are_ordered_by_precedence() -> None:
    """SemVer 2.0.0, clause 11."""
    assert IN_ORDER == sorted(set(IN_ORDER), key=SemVer.parse)


@pytest.mark.parametrize(
    "text", ["1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.٢.0", "", " 1.0.0"]
)
def test_what_is_no_release_number_is_refused(text: str) -> None:
    """SemVer 2.0.0, clauses 2 and 9."""
    with pytest.raises(ValueError, match="not a SemVer 2"):
        SemVer.parse(text)


def test_the_current_release_is_stable_where_there_is_a_stable_one() -> None:
    """A pre-release is only current when there is nothing else."""
    assert "1.0.0" == current(["1.0.0", "2.0.0-rc.1"])
    assert "2.0.0-rc.1" == current(["1.0.0-beta", "2.0.0-rc.1"])
    assert current([]) is None


@given(st.text(max_size=200))
def test_any_name_makes_a_short_name_that_is_no_id(name: str) -> None:
    """Addresses by short name and by id never collide."""
    slug = slug_of(name)

    assert re.fullmatch(SLUG_PATTERN, slug)
    assert not re.fullmatch(ID_PATTERN, slug)
    assert not re.fullmatch(ID_PATTERN, slug_of(new_id("sol")))


@given(st.text(max_size=200), st.text(max_size=400))
def test_a_draft_is_tidy_or_refused_and_tidying_twice_is_tidying_once(name: str, short: str) -> None:
    """No input makes the check break, and what it lets through has no control characters."""
    good = None
    with contextlib.suppress(SolutionInvalidError):
        good = checked(draft(name, short=Text(nl=short, en="")))

    printable = all(is_clean(text.strip(), lines=False) for text in (name, short))
    fits = 0 < len(name.strip()) <= 120 and 0 < len(short.strip()) <= 300
    assert (printable and fits) == (good is not None)
    if good is not None:
        assert good == checked(good)
        assert good.name.en == good.name.nl


def test_a_draft_survives_its_stored_form() -> None:
    """What is read back is what was written; fields of a later version are left alone."""
    good = checked(draft(aliases=("https://oud.example/code",), website="https://nieuw.example"))

    assert good == SolutionDraft.of_content({**good.as_content(), "later": 1}, status=good.status)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("eupl-1.2", "EUPL-1.2"),
        ("mit OR apache-2.0", "MIT OR Apache-2.0"),
        ("Proprietary", "proprietary"),
        ("Eigen licentie v2", "LicenseRef-Eigen-licentie-v2"),
    ],
)
def test_licences_are_spelled_as_spdx_does(written: str, kept: str) -> None:
    """One licence, one value in the facet."""
    assert kept == checked(draft(licence=written)).licence


def test_a_manifest_becomes_a_draft_without_making_anything_up() -> None:
    """Missing English takes over the Dutch; too long texts are cut for the short description only."""
    long = "Zin. " * 100
    made = checked(draft_of_manifest(manifest(title={"nl": "Loket"}, description={"nl": long}, supplier=None)))

    assert ("Loket", "Loket", None) == (made.name.nl, made.name.en, made.website)
    assert (300, long.strip()) == (len(made.short.nl), made.long.nl)


def test_words_are_folded_and_little_words_dropped() -> None:
    """Accents, capitals and signs make no difference; each word counts once."""
    assert "financien aeroport strasse 2 0" == folded("Financiën & Æroport: STRASSE-2.0")
    assert ("loket", "burgers", "town") == wanted("Het loket voor de burgers of the town, loket!")
    assert 12 == len(wanted(" ".join(f"woord{number}" for number in range(50))))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("dossierloket", ("dossier", "loket")),
        ("dossierloketten", ("dossier", "loketten")),
        ("vergunningenregister", ("vergunning", "register")),
        ("belastingaangifte", ("belasting", "aangifte")),
        ("gemeenteraadsbesluiten", ("gemeente", "raads", "besluiten")),
        ("zwembad", ()),
        ("vergunningen", ()),
        ("onderzeeboot", ()),
        ("dossier", ()),
    ],
)
def test_compounds_fall_apart_into_known_words_only(word: str, parts: tuple[str, ...]) -> None:
    """Who looks for a part finds the compound; nothing is split on a guess."""
    assert parts == parts_of(word)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=80))
def test_splitting_ends_and_parts_stand_in_the_word(word: str) -> None:
    """Any word is dealt with, and no letters are invented."""
    assert all(part in word for part in parts_of(word))


def test_claims_and_failures_buy_no_place() -> None:
    """Only tests move a solution up, and a valid one more than any number of expired ones."""
    tested, expired, claimed, failed = (
        EvidenceState.TESTED,
        EvidenceState.EXPIRED,
        EvidenceState.CLAIMED,
        EvidenceState.FAILED,
    )

    assert 0 == strength_of([]) == strength_of([claimed] * 10) == strength_of([failed])
    assert strength_of([tested]) > strength_of([expired] * 300) > strength_of([expired])
    assert strength_of([tested, tested]) > strength_of([tested, *[expired] * 300])


def test_the_lot_is_fair_and_the_same_for_everybody() -> None:
    """Over many pairs, neither the older id nor the one first in the alphabet wins more than by chance."""
    ids = [new_id("sol") for _ in range(2000)]
    wins = Counter(lot_of(one, seed="proef") < lot_of(other, seed="proef") for one, other in pairwise(ids))

    # 1999 pairs: five standard deviations of a fair coin are about 112.
    assert abs(wins[True] - wins[False]) < 2 * 112
    assert lot_of(ids[0], seed="proef") == lot_of(ids[0], seed="proef") != lot_of(ids[0], seed="anders")
    assert all(0 <= lot_of(one, seed="proef") < 2**63 for one in ids)


def test_a_long_facet_keeps_what_is_selected() -> None:
    """A choice that was made can be unmade, however few solutions it leaves."""
    counts = {f"v{number:03}": 1000 - number for number in range(80)}

    kept = dict(fullest(counts, selected=frozenset({"v079", "niets"})))

    assert (52, 921, 0) == (len(kept), kept["v079"], kept["niets"])


def test_every_value_of_a_list_has_words_in_both_languages() -> None:
    """Controlled lists are read by people."""
    assert (set(Domain), set(Hosting), set(Status)) == (set(DOMAIN_LABELS), set(HOSTING_LABELS), set(STATUS_LABELS))
    assert all(
        text.nl and text.en for labels in (DOMAIN_LABELS, HOSTING_LABELS, STATUS_LABELS) for text in labels.values()
    )
