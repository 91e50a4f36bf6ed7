"""The town keeps the rules that it tests others on: the kit `api-regels`, over HTTP, on every building block."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_conformance import Options, Outcome, Target, collect, find_kit, run
from vlavirgem.blocks.app import make_app
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.server import address, listen, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def served(loaded: str) -> Iterator[str]:
    """The address of the building blocks."""
    with listen("127.0.0.1", 0) as listener:
        server = make_server(make_app(loaded))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield address(listener)
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_block_keeps_the_design_rules(served: str, block: Any) -> None:
    """Nothing fails; what a block gives no occasion for is skipped."""
    base = f"{served}{block.path}"

    report = collect(run(find_kit("api-regels"), Target(base_url=base, openapi_url=f"{base}/openapi.json"), Options()))

    assert set() == report.failed_requirements
    assert report.outcome in {Outcome.PASS, Outcome.SKIP}
