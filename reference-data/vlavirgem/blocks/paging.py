"""Pages of what the database lists: what is asked of one, and the answer with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from vlavirgem.blocks.answers import CURSOR_PATTERN, JSON, base_url, page_address, respond
from vlavirgem.blocks.values import InDigits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    T = TypeVar("T")

DEFAULT_LIMIT, BIGGEST_LIMIT = 50, 1000
Limit = Annotated[int, Field(ge=1, le=BIGGEST_LIMIT, description="Hoeveel er hoogstens staan."), InDigits]
Cursor = Annotated[str | None, Field(pattern=CURSOR_PATTERN, description="Plaats, uit `volgende`.")]


class PageQuestion(BaseModel):
    """What can be asked of a page when nothing narrows it."""

    model_config = ConfigDict(extra="forbid")

    limiet: Limit = DEFAULT_LIMIT
    cursor: Cursor = None


def respond_with_page(
    request: Request,
    path: str,
    rows: Sequence[T],
    *,
    question: BaseModel,
    total: int,
    document: Callable[[T], Mapping[str, Any]],
    place: Callable[[T], int],
    context: str | None = None,
    media_type: str = JSON,
) -> Response:
    """Answer with a page.

    Args:
        request: The request.
        path: Last part of the address of the list.
        rows: What is on the page, and one more if there is a next page.
        question: What was asked, with `limiet` and `cursor`.
        total: How many there are in all.
        document: Writes one of them.
        place: Tells where one of them is in the list.
        context: Address of the JSON-LD context, for linked data.
        media_type: Of the answer.
    """
    given = question.model_dump(exclude_none=True)
    shown = rows[: given["limiet"]]
    content: dict[str, Any] = {
        **({"@context": context} if context else {}),
        "totaalAantal": total,
        "items": [document(row) for row in shown],
    }
    if len(shown) == len(rows):
        return respond(request, content, media_type=media_type)
    following = page_after(request, path, given=given, last=place(shown[-1]))
    content["volgende"] = following
    return respond(request, content, media_type=media_type, headers=next_link(following))


def page_after(request: Request, path: str, *, given: Mapping[str, Any], last: int) -> str:
    """Give the address of the page after a number, with what else was asked."""
    return page_address(base_url(request), path, given=given, last=last)


def next_link(address: str) -> dict[str, str]:
    """Give the header that points at the next page."""
    return {"Link": f'<{address}>; rel="next"'}
