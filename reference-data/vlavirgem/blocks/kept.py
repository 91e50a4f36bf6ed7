"""What visitors leave with a town without it being part of it: an application, a subscription. How it is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.answers import JSON, base_url, chosen_format, matches, read_cursor, respond
from vlavirgem.blocks.paging import respond_with_page
from vlavirgem.blocks.problems import Problem, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.blocks.paging import PageQuestion
    from vlavirgem.store.connection import DictConnection, Row


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of such things.

    Attributes:
        path: Last part of the address of all of them.
        singular: Name of one, in Dutch.
        english: The same in English.
        find: Reads one by its number.
        read: Reads some after a number, at most so many.
        count: Counts them.
        describe: Writes one, below the address of the block.
        tag: Gives the entity tag of one.
    """

    path: str
    singular: str
    english: str
    find: Callable[[DictConnection, int], Row | None]
    read: Callable[..., Sequence[Row]]
    count: Callable[[DictConnection], int]
    describe: Callable[..., dict[str, Any]]
    tag: Callable[[Row], str]

    def one(self, connection: DictConnection, number: int) -> Row:
        """Read one.

        Raises:
            Problem: 404, it is not there.
        """
        row = self.find(connection, number)
        if row is None:
            raise self.missing(number)
        return row

    def missing(self, number: int) -> Problem:
        """Make the problem for one that is not there."""
        return not_found(
            f"Er is geen {self.singular} met nummer {number}.", f"There is no {self.english} with number {number}."
        )

    def to_change(self, connection: DictConnection, number: int, *, if_match: str | None) -> Row:
        """Read one that is to be changed, in the version that the visitor knows if they name it.

        Raises:
            Problem: 404, it is not there; 412, it is of another version.
        """
        row = self.one(connection, number)
        if if_match is not None and not matches(if_match, tag=self.tag(row), strong=True):
            raise Problem(
                412,
                "intussen-gewijzigd",
                nl=f"De gegevens van {self.singular} {number} zijn gewijzigd sinds u ze las. Lees ze opnieuw.",
                en=f"The data of {self.english} {number} have changed since you read them. Read them again.",
            )
        return row

    def answer(self, request: Request, row: Row) -> Response:
        """Answer with one as it is."""
        return respond(request, self.describe(row, base=base_url(request)), etag=self.tag(row))

    def answer_one(self, request: Request, number: int) -> Response:
        """Answer with one that is asked by its number."""
        chosen_format(request, offered=(JSON,))
        with request.app.state.connections.connection() as connection:
            row = self.one(connection, number)
        return self.answer(request, row)

    def answer_page(self, request: Request, question: PageQuestion) -> Response:
        """Answer with a page of them."""
        chosen_format(request, offered=(JSON,))
        with request.app.state.connections.transaction() as connection:
            rows = self.read(connection, after=read_cursor(question.cursor), limit=question.limiet + 1)
            total = self.count(connection)
        document = partial(self.describe, base=base_url(request))
        return respond_with_page(
            request, self.path, rows, question=question, total=total, document=document, place=itemgetter("id")
        )
