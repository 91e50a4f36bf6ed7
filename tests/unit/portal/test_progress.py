"""Long work: what happens now, what is next, and a stream that ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proeftuin.portal.views.progress import progress_of
from proeftuin_kernel.journal import Entry
from proeftuin_kernel.text import Text
from support import portal_views as made

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp


def entry(number: int, kind: str = "step", **data: object) -> Entry:
    """One entry of a journal."""
    return Entry(number, made.NOW + timedelta(seconds=number), kind, data)


FIRST = entry(1, message={"nl": "Een", "en": "One"}, step=1, steps=2, next={"nl": "twee", "en": "two"})
SECOND = entry(2, message={"nl": "Twee", "en": "Two"}, step=2, steps=2)
END = entry(3, "end", state="ready", message={"nl": "Klaar", "en": "Ready"})


def test_progress_tells_now_and_next() -> None:
    """From the last entry, with the number of steps."""
    progress = progress_of([FIRST])
    assert progress.now is not None
    assert Text(nl="Een", en="One") == progress.now.message
    assert Text(nl="twee", en="two") == progress.next
    assert (1, 2, 0.0) == (progress.step, progress.of, progress.fraction)


def test_progress_never_pretends_to_know_how_far_it_is() -> None:
    """Without steps or a percentage the bar is indeterminate."""
    assert progress_of([entry(1, message={"nl": "Bezig", "en": "Busy"})]).fraction is None
    assert progress_of([]).fraction is None
    assert 0.4 == progress_of([entry(1, percent=40)]).fraction


def test_finished_work_is_complete() -> None:
    """Whatever the steps said."""
    progress = progress_of([FIRST, SECOND, END])
    assert progress.finished
    assert 1.0 == progress.fraction
    assert 3 == progress.last_id


def test_work_that_is_taken_up_again_starts_a_new_list() -> None:
    """A reset follows a sandbox that was ready."""
    progress = progress_of([FIRST, SECOND, END, entry(4, message={"nl": "Terugzetten", "en": "Reset"})])
    assert not progress.finished
    assert ["Terugzetten"] == [step.message.nl for step in progress.steps]


def test_failed_work_says_so() -> None:
    """So that the last step is drawn broken."""
    assert progress_of([FIRST, entry(2, "end", state="failed")]).failed


def test_the_stream_sends_whole_components_and_says_when_it_is_done(client: TestClient, desk: MadeUp) -> None:
    """Each event carries the whole component in the reader's language; `klaar` lets the page fetch itself."""
    desk.entries = [FIRST, SECOND, END]
    answer = client.get(f"/proeftuin/{made.BUSY_SANDBOX}/voortgang?lang=en")
    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert "Ready" in answer.text
    assert answer.text.rstrip().endswith("event: klaar\r\ndata: klaar")


def test_a_page_with_work_going_on_refreshes_itself_without_javascript(client: TestClient) -> None:
    """And a page without does not."""
    assert 'http-equiv="refresh"' in client.get(f"/proeftuin/{made.BUSY_SANDBOX}").text
    assert 'http-equiv="refresh"' not in client.get(f"/proeftuin/{made.SANDBOX}").text
    assert 'http-equiv="refresh"' in client.get(f"/toetsen/{made.BUSY_RUN}").text
