"""What the README of the catalogue says is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from proeftuin_catalogue import errors
from proeftuin_catalogue.api import router
from proeftuin_catalogue.search.base import Facet
from proeftuin_kernel.errors import ProeftuinError

README = (Path(__file__).parents[3] / "catalogue" / "README.md").read_text(encoding="utf-8")


def test_every_error_code_is_documented_as_it_is() -> None:
    """Code, status and both titles."""
    documented = set(re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.+?) \| (.+?) \|$", README, re.MULTILINE))
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ProeftuinError)]
    own = [kind for kind in kinds if kind.__module__ == errors.__name__]

    assert {(kind.code, str(kind.status), kind.title.nl, kind.title.en) for kind in own} == documented


def test_every_route_and_facet_is_documented() -> None:
    """A route that nobody knows of is no route."""
    paths = {re.sub(r"\{id or slug\}", "{key}", path) for path in re.findall(r"`(/api/v1/[^`?]+)", README)}

    assert {route.path for route in router.routes} == paths  # type: ignore[attr-defined]
    assert all(f"`{facet}`" in README for facet in Facet)
