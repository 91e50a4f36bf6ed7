"""The order of the demo, and its end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console

from proeftuin.demo.cast import PLAYERS, example_components, token_for
from proeftuin.demo.client import Client
from proeftuin.demo.screen import Screen
from proeftuin.demo.story import Act, play
from proeftuin.platform import running
from proeftuin.stopping import interruptible
from proeftuin_kernel.text import Language, Text

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin.application import Application
    from proeftuin.demo.cast import Player
    from proeftuin_kernel.settings import Settings

QUERY = "dossierloket"


def run_demo(settings: Settings, *, language: Language, once: bool) -> bool:
    """Do the whole main job and tell about it; then serve until Ctrl-C, unless once is enough.

    Args:
        settings: As for `proeftuin serve`; production is refused by the absence of test organisations.
        language: Of the reader.
        once: Stop after the summary.

    Returns:
        Whether the story came to its end; False after Ctrl-C.

    Raises:
        ProeftuinError: a step failed; its message says which and what to do.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 160  # a log file has no edge
    screen = Screen(console, language=language)
    screen.step(Text(nl="Het platform starten: databank, gegevens, web", en="Starting the platform: database, web"))
    done = False
    with interruptible(), running(settings) as (platform, url):
        acts = _all_parts(platform.application, url, screen, language=language)
        with Client(url, None, language=language) as visitor:
            screen.step(Text(nl="De oordelen", en="The verdicts"))
            screen.verdicts(acts, url=url)
            screen.why_not(acts)
            screen.step(Text(nl="De catalogus doorzoeken", en="Searching the catalogue"))
            screen.found(QUERY, visitor.get("/api/v1/solutions", q=QUERY))
        done = True
        if once:
            screen.step(Text(nl="Klaar", en="Done"))
        else:
            screen.step(
                Text(
                    nl=f"Klaar. De proeftuin staat op {url} — Ctrl-C stopt ze.",
                    en=f"Done. The proeftuin is at {url} — Ctrl-C stops it.",
                )
            )
            platform.wait()
    return done


def _all_parts(application: Application, url: str, screen: Screen, *, language: Language) -> list[Act]:
    screen.step(
        Text(
            nl="Drie organisaties openen een proeftuin met een gemeente, plaatsen een component en laten die toetsen",
            en="Three organisations open a sandbox with a municipality, deploy a component and have it tested",
        )
    )
    components = example_components()
    pool = ThreadPoolExecutor(len(PLAYERS))
    try:
        with screen.together([player.component for player in PLAYERS]) as say:
            parts = [
                pool.submit(_part, application, url, player, components, partial(say, player.component), language)
                for player in PLAYERS
            ]
            return [part.result() for part in parts]
    finally:
        # Not `with`: after Ctrl-C nobody waits for a story to end; it fails as soon as the platform is gone.
        pool.shutdown(wait=False, cancel_futures=True)


def _part(  # noqa: PLR0917 - called by position from one place, above
    application: Application, url: str, player: Player, components: Path, say: partial[None], language: Language
) -> Act:
    with token_for(application, player) as token, Client(url, token, language=language) as client:
        return play(client, player, components=components, say=say)
