"""Steps of `demo.feature`. Its demos share one data folder: each goes on where the one before was broken off."""

from __future__ import annotations

import random
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from support.acceptance_demo import Demo, patience
from support.acceptance_processes import gone

if TYPE_CHECKING:
    from collections.abc import Iterator

scenarios("demo.feature")

_SANDBOXES = r"^ +(dossierloket|dossierloket-gebrekkig|pygeoapi): "
_KITS = r"kit generiek-proces: Gedrag"


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """The data of all demos here; short, as PostgreSQL's socket may have 107 characters."""
    made = Path(tempfile.mkdtemp(prefix="pt-demo-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def chance() -> random.Random:
    """Chooses the moments; its seed is printed with a failure."""
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed of the moments: {seed}")  # noqa: T201 - pytest shows it with a failure
    return random.Random(seed)  # noqa: S311 - moments, not secrets


@pytest.fixture(scope="session")
def finished() -> dict[str, Demo]:
    """The first demo that came to its end."""
    return {}


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    """A demo that is not started yet; what is left of it at the end is killed."""
    demo = Demo(folder)
    yield demo
    demo.kill()


@given(parsers.parse("de demo loopt tot {moment}"))
def it_runs_until(demo: Demo, moment: str) -> None:
    demo.start()
    match moment:
        case "het platform start":
            demo.wait_for("Het platform starten")
        case "de eerste databank ontstaat":
            shutil.rmtree(demo.folder / "data", ignore_errors=True)
            demo.wait_for_process("postgres")
        case "de proeftuinen starten":
            demo.wait_for(_SANDBOXES)
        case "de kits lopen":
            demo.wait_for(_KITS)
        case _:
            pytest.fail(f"unknown moment {moment}")


@when(parsers.parse("de demo even later {name} krijgt"), target_fixture="code")
def it_gets_a_signal(demo: Demo, chance: random.Random, name: str) -> int:
    pause = chance.uniform(0, 1.5)
    print(f"{name} after {pause:.3f} s")  # noqa: T201 - pytest shows it with a failure
    time.sleep(pause)
    return demo.send(signal.Signals[name])


@when("de demo tot het einde loopt", target_fixture="code")
@when("de demo nog een keer loopt", target_fixture="code")
def it_runs_to_the_end(demo: Demo, finished: dict[str, Demo]) -> int:
    demo.start()
    code = demo.end()
    finished.setdefault("first", demo)
    return code


@given("de demo liep al tot het einde")
def it_ran_before(folder: Path, finished: dict[str, Demo]) -> None:
    if "first" not in finished:
        before = Demo(folder)
        before.start()
        assert 0 == before.end(), before.text
        finished["first"] = before


@then("stopt de demo met een code die niet 0 is")
def it_ends_badly(code: int) -> None:
    assert code in {130, -signal.SIGKILL}


@then("stopt de demo met code 0")
def it_ends_well(demo: Demo, code: int) -> None:
    assert 0 == code, demo.text


@then(parsers.parse("is binnen {seconds:d} seconden elk proces van de demo weg"))
def nothing_is_left(demo: Demo, seconds: int) -> None:
    assert [] == gone(demo.left, seconds=patience(seconds))


@then("toont ze deze oordelen:")
def verdicts_are_shown(demo: Demo, datatable: list[list[str]]) -> None:
    for component, kit, verdict, link in datatable[1:]:
        row = rf"^ +{component} +{kit} +{verdict} +{link} http://\S+/(badges/bdg|toetsen/run)-[0-9a-z]{{26}}"
        assert re.search(row, demo.text, re.MULTILINE), demo.text
    assert len(datatable) - 1 == len(demo.ids)
    assert "Traceback" not in demo.text, demo.text


@then("legt ze uit waarom, met de eis, de bepaling, het verzoek, het antwoord en curl")
def reasons_are_shown(demo: Demo) -> None:
    for word in ("Eis ", "Bepaling ", "Verwacht ", "Gekregen ", "Verstuurd ", "Antwoord ", "curl -i "):
        assert word in demo.text, demo.text
    for requirement in ("gp-10", "gp-13", "gp-21", "/core/error-handling/problem-details"):
        assert requirement in demo.text


@then("toont ze wat de catalogus vindt")
def the_catalogue_is_shown(demo: Demo) -> None:
    assert re.search("Dossierloket .*api-regels: Getest, generiek-proces: Getest", demo.text), demo.text


@then("toont ze dezelfde toetsen en badges, zonder nieuwe")
def nothing_is_new(demo: Demo, finished: dict[str, Demo]) -> None:
    assert finished["first"].ids == demo.ids
    assert 3 <= demo.text.count("al getoetst")


@then("was ze sneller dan de eerste keer")
def it_was_faster(demo: Demo, finished: dict[str, Demo]) -> None:
    assert demo.seconds < finished["first"].seconds
