"""A component that is deployed lists itself: its solution, its release and its claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_catalogue.errors import SolutionInvalidError
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.text import Text
from support.catalogue_builders import ANN, API, BEN, DIGEST, OTHER_DIGEST, VENDOR_A, manifest

if TYPE_CHECKING:
    from proeftuin_catalogue.service import CatalogueService


def test_a_component_lists_solution_release_and_claims_once(catalogue: CatalogueService) -> None:
    """Deploying the same component twice lists it once."""
    first = catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    second = catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    view = catalogue.reading.get(VISITOR, "dossierloket")

    assert first == second == view.id
    assert [("1.0.0", DIGEST, "dossierloket")] == [
        (one.version, one.artefact_digest, one.component_name) for one in view.releases
    ]
    assert ["api-regels", "generiek-proces"] == [claim.kit_id for claim in view.releases[0].claims]
    assert ("Dossierloket", "Case desk", "https://leverancier.example") == (
        view.name.nl,
        view.name.en,
        view.website,
    )


def test_a_component_says_which_functions_it_helps_with(catalogue: CatalogueService) -> None:
    """From the catalogue's own list; another word is refused by its place, and nothing is listed."""
    known, unknown = (manifest(domains=[one]) for one in ("burgerzaken", "tovenarij"))
    with pytest.raises(SolutionInvalidError) as refused:
        catalogue.publishing.register_from_component(ANN, VENDOR_A, unknown, DIGEST)
    made = catalogue.publishing.register_from_component(ANN, VENDOR_A, known, DIGEST)

    assert ["/domains/0"] == [one["pointer"] for one in refused.value.extra["errors"]]
    assert ("burgerzaken",) == catalogue.reading.get(VISITOR, made).domains
    assert 1 == catalogue.reading.search(VISITOR).total


def test_a_new_version_of_a_component_is_a_release_of_the_same_solution(catalogue: CatalogueService) -> None:
    """And the text that the supplier edited meanwhile stays."""
    made = catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    catalogue.publishing.edit(ANN, made, {"name": Text(nl="Zakenloket", en="")})
    catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(version="1.1.0"), OTHER_DIGEST)

    view = catalogue.reading.get(VISITOR, made)
    assert (["1.1.0", "1.0.0"], "Zakenloket") == ([one.version for one in view.releases], view.name.nl)


def test_two_suppliers_may_deploy_components_of_one_name(catalogue: CatalogueService) -> None:
    """Names of components are a supplier's own."""
    first = catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    second = catalogue.publishing.register_from_component(BEN, "org-b", manifest(), DIGEST)

    assert first != second
    assert "dossierloket-2" == catalogue.reading.get(VISITOR, second).slug


def test_a_claim_in_a_manifest_for_a_kit_that_is_not_here_is_left_out(catalogue: CatalogueService) -> None:
    """A component may claim more than this platform can test."""
    wide = {**manifest(), "claims": [{"kit": "elders"}, {"kit": API.id}]}

    made = catalogue.publishing.register_from_component(ANN, VENDOR_A, wide, DIGEST)

    assert ["api-regels"] == [claim.kit_id for claim in catalogue.reading.get(VISITOR, made).releases[0].claims]
