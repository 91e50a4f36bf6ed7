"""The town keeps the rules that it tests others on: the kit `api-regels`, over HTTP, on every building block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_conformance import Options, Outcome, Target, collect, find_kit, run
from support.vlavirgem_server import served
from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def address(loaded: str) -> Iterator[str]:
    """Where the building blocks are."""
    with served(loaded) as found:
        yield found


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_block_keeps_the_design_rules(address: str, block: Any) -> None:
    """Nothing fails; what a block gives no occasion for is skipped."""
    base = f"{address}{block.path}"

    report = collect(run(find_kit("api-regels"), Target(base_url=base, openapi_url=f"{base}/openapi.json"), Options()))

    assert set() == report.failed_requirements
    assert ((), []) == (report.problems, [one for one in report.verdicts if one.outcome is Outcome.ERROR])
    assert report.outcome in {Outcome.PASS, Outcome.SKIP}
