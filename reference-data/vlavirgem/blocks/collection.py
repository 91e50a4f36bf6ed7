"""Answers with the members of a collection: only what was not read before, and what changed since, is read.

Every member is rendered once, up to its links, which depend on the address that the visitor used. A page is put
together from members; which ones and how many there are in all is kept too. Whether any of it still holds is asked
each time (`store.state`), so an answer is never older than the request.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from vlavirgem.blocks.answers import (
    GEO_JSON,
    JSON,
    JSON_LD,
    best_format,
    dump,
    page_address,
    read_cursor,
    tag_of,
    write_answer,
)
from vlavirgem.blocks.problems import not_found
from vlavirgem.store.earlier import BEHIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pydantic import BaseModel
    from starlette.responses import Response

    from vlavirgem.blocks.answers import Asked
    from vlavirgem.blocks.resources import Resource, Row
    from vlavirgem.blocks.served import Municipality
    from vlavirgem.blocks.sources import Source
    from vlavirgem.store.reading import Plan

_MOST_AT_ONCE = 1000
_NUMBER_BYTES = 40  # a number in Python, and its place in a tuple
_END = b'"}}}'


@dataclass(frozen=True, slots=True)
class _Member:
    """A member as it is written down.

    Attributes:
        text: JSON without its last brace, or the whole of a feature.
        tag: Its entity tag, where that is more than a hash.
        mark: A hash of the text, so that a page need not be hashed whole for its tag.
    """

    text: bytes
    tag: str | None
    mark: bytes


class Collection:
    """Answers questions about one resource.

    Args:
        resource: What it holds.
        source: Where it is read.
        municipality: Knows for whom it speaks.
        describe: Makes the model of what may be asked of a page, when somebody first asks.
    """

    def __init__(
        self,
        resource: Resource,
        *,
        source: Source,
        municipality: Municipality,
        describe: Callable[[], type[BaseModel]],
    ) -> None:
        self._describe = describe
        self._resource = resource
        self._source = source
        self._municipality = municipality
        self._formats = (JSON, JSON_LD, GEO_JSON) if resource.geometry else (JSON, JSON_LD)
        self._batches: dict[bool, _Batch] = {}
        self._turn = asyncio.Lock()

    @cached_property
    def question(self) -> type[BaseModel]:
        """The model of what may be asked of a page."""
        return self._describe()

    async def member(self, number: int, *, asked: Asked) -> Response:
        """Answer with one member.

        Raises:
            Problem: 404 or 406.
            psycopg.Error: the database does not answer.
        """
        media_type = best_format(asked.accept, offered=self._formats)
        is_feature = media_type == GEO_JSON
        found = await self._members([number], is_feature=is_feature, asked=asked)
        if number not in found:
            raise not_found(
                f"Er is geen {self._resource.singular} met nummer {number}.",
                f"There is no {self._resource.singular} with number {number}.",
            )
        member = found[number]
        if is_feature:
            return write_answer(asked, member.text, media_type=media_type)
        context = dump({"@context": self._context(asked)})[:-1]
        body = b"".join((context, b",", member.text[1:], self._links(asked), b"%d" % number, _END))
        return write_answer(asked, body, media_type=media_type, etag=member.tag)

    async def page(self, question: BaseModel, *, asked: Asked) -> Response:
        """Answer with a page of members that meet the filters, from `cursor` on and at most `limiet`.

        Raises:
            Problem: 406.
            psycopg.Error: the database does not answer.
        """
        media_type = best_format(asked.accept, offered=self._formats)
        is_feature = media_type == GEO_JSON
        given = question.model_dump(exclude_none=True, by_alias=True)
        limit: int = given["limiet"]
        numbers, total = await self._numbers(given, asked=asked)
        more, numbers = len(numbers) > limit, numbers[:limit]
        found = await self._members(numbers, is_feature=is_feature, asked=asked)
        following = None
        if more:
            following = page_address(asked.base, self._resource.path, given=given, last=numbers[-1])
        members = [(number, found[number].text) for number in numbers if number in found]
        if is_feature:
            body = _features(members, total=total, following=following)
        else:
            body = self._page(members, total=total, following=following, asked=asked)
        # All that the page is made of, members by their hash and number, which tell it apart as the whole would.
        made_of = dump([asked.base, total, following, [number for number, _ in members]])
        tag = tag_of(b"".join([made_of, *(found[number].mark for number, _ in members)]), media_type=media_type)
        headers = {"Link": f'<{following}>; rel="next"'} if following else None
        return write_answer(asked, body, media_type=media_type, etag=tag, headers=headers)

    async def practise(self, times: int, *, like: BaseModel, asked: Asked) -> None:
        """Ask so many times at once for one member of a page, remembered or not: each connection then knows how.

        Raises:
            psycopg.Error: the database does not answer.
        """
        numbers, _ = await self._numbers(like.model_dump(exclude_none=True, by_alias=True), asked=asked)
        plans = (partial(self._resource.reader.some, numbers[:1]) for _ in range(times))
        await asyncio.gather(*(self._source.read(plan) for plan in plans))

    def _page(self, members: Sequence[tuple[int, bytes]], *, total: int, following: str | None, asked: Asked) -> bytes:
        links = self._links(asked)
        head = dump({"@context": self._context(asked), "totaalAantal": total})[:-1]
        items = b",".join([b"%b%b%d%b" % (text, links, number, _END) for number, text in members])
        tail = b',"volgende":%b}' % dump(following) if following else b"}"
        return b'%b,"items":[%b]%b' % (head, items, tail)

    def _context(self, asked: Asked) -> str:
        return f"{asked.base}/contexten/{self._resource.entity.name}.jsonld"

    def _links(self, asked: Asked) -> bytes:
        return b',"_links":{"self":{"href":' + dump(f"{asked.base}/{self._resource.path}/")[:-1]

    async def _numbers(self, given: Mapping[str, Any], *, asked: Asked) -> tuple[Sequence[int], int]:
        """Find which members a page holds, one more if there is one, and how many there are in all."""
        conditions = [(f.condition, given[f.name]) for f in self._resource.filters if f.name in given]
        after, limit = read_cursor(given.get("cursor")), given["limiet"] + 1

        def plan(*, total: bool) -> Plan[tuple[list[int], int | None]]:
            return self._resource.reader.numbers(conditions=conditions, after=after, limit=limit, total=total)

        if BEHIND.get():
            numbers, total = await run_in_threadpool(self._source.read_behind, plan(total=True))
            return numbers, total or 0
        state = asked.state or await self._source.state()
        memory, name = self._source.memory, id(self._resource)
        filters = tuple(sorted((key, value) for key, value in given.items() if key not in ("cursor", "limiet")))
        whole, part = (name, "total", filters), (name, "page", filters, after, limit)
        total = memory.recall(whole, state=state, since=state.change)
        known = memory.recall(part, state=state, since=state.change)
        if known is not None and total is not None:
            return known, total
        read, counted = await self._source.read(lambda: plan(total=total is None))
        if counted is not None:
            total = counted
            memory.keep(whole, total, state=state, size=len(str(filters)))
        memory.keep(part, tuple(read), state=state, size=_NUMBER_BYTES * len(read) + len(str(filters)))
        return read, total or 0

    async def _members(self, numbers: Sequence[int], *, is_feature: bool, asked: Asked) -> Mapping[int, _Member]:
        """Give members, each as it is now; those that are not there are left out."""
        if BEHIND.get():
            rows = await run_in_threadpool(self._source.read_behind, self._resource.reader.some(numbers))
            return self._render(rows, is_feature=is_feature)
        state = asked.state or await self._source.state()
        memory, name = self._source.memory, id(self._resource)
        since = state.last_change(self._resource.reader.tables)
        found: dict[int, _Member] = {}
        missing = []
        for number in numbers:
            member = memory.recall((name, is_feature, number), state=state, since=since)
            if member is None:
                missing.append(number)
            else:
                found[number] = member
        if missing:
            fetched = await self._fetch(missing, is_feature=is_feature)
            found.update((number, fetched[number]) for number in missing if number in fetched)
        return found

    async def _fetch(self, numbers: Sequence[int], *, is_feature: bool) -> Mapping[int, _Member]:
        """Read members together with what others want at the same time, and keep them."""
        batch = self._batches.get(is_feature)
        if batch is None or len(batch.numbers) >= _MOST_AT_ONCE:
            batch = self._batches[is_feature] = _Batch()
            batch.task = asyncio.create_task(self._carry_out(batch, is_feature=is_feature))
            batch.task.add_done_callback(_look_at)
        batch.numbers.update(numbers)
        assert batch.task is not None  # noqa: S101 - begun when it was made
        return await asyncio.shield(batch.task)  # who leaves does not take it from the others

    async def _carry_out(self, batch: _Batch, *, is_feature: bool) -> Mapping[int, _Member]:
        async with self._turn:  # whoever comes meanwhile makes up the next batch
            if self._batches.get(is_feature) is batch:
                del self._batches[is_feature]
            state, numbers = self._source.known, sorted(batch.numbers)
            rows = await self._source.read(lambda: self._resource.reader.some(numbers))
        members = self._render(rows, is_feature=is_feature)
        if state is not None:
            name, memory = id(self._resource), self._source.memory
            for number, member in members.items():
                memory.keep((name, is_feature, number), member, state=state, size=len(member.text))
        return members

    def _render(self, rows: Iterable[Row], *, is_feature: bool) -> dict[int, _Member]:
        resource, tag = self._resource, None if is_feature else self._resource.etag
        render = self._municipality().renderer(resource.entity)
        members = {}
        for row in rows:
            text = dump(resource.feature(row, render=render)) if is_feature else dump(render(row))[:-1]
            members[row["id"]] = _Member(text, tag(row) if tag else None, sha256(text).digest())
        return members


class _Batch:
    """Members that are read together; it grows until its turn comes."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.task: asyncio.Task[Mapping[int, _Member]] | None = None


def _look_at(task: asyncio.Task[Any]) -> None:
    """Know how a batch ended, also when everybody who wanted it has left."""
    if not task.cancelled():
        task.exception()


def _features(members: Sequence[tuple[int, bytes]], *, total: int, following: str | None) -> bytes:
    head = dump({"type": "FeatureCollection", "numberMatched": total, "numberReturned": len(members)})[:-1]
    links = [{"rel": "next", "type": GEO_JSON, "href": following}] if following else []
    items = b",".join([text for _, text in members])
    return b'%b,"features":[%b],"links":%b}' % (head, items, dump(links))
