"""A query parameter that takes one value is given once: to choose among several silently is to guess."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation at run time
from fastapi.routing import APIRoute

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant

_ONCE = {"nl": "deze parameter mag maar één keer voorkomen", "en": "this parameter may occur only once"}


async def once_each(request: Request) -> None:
    """Refuse a request that repeats a parameter which the API describes as one value; a dependency.

    Parameters that the API does not describe are ignored, as ever, also when they are repeated.

    Raises:
        BadInputError: a parameter is repeated; `extra["errors"]` names each.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    if len(given) == len(set(given)):
        return
    route = request.scope.get("route")
    single = _single_valued(route) if isinstance(route, APIRoute) and route.include_in_schema else frozenset()
    repeated = sorted(name for name in single if given.count(name) > 1)
    if repeated:
        raise BadInputError(
            Text(
                nl="De invoer klopt niet; zie 'errors' voor elke fout.",
                en="The input is not valid; see 'errors' for each fault.",
            ),
            extra={"errors": [{"pointer": f"/query/{name}", "detail": _ONCE} for name in repeated]},
        )


def _single_valued(route: APIRoute) -> frozenset[str]:
    return frozenset(
        field.alias
        for dependant in _flat(route.dependant)
        for field in dependant.query_params
        if not _takes_several(field.field_info.annotation)
    )


def _flat(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _flat(one)


def _takes_several(annotation: Any) -> bool:
    """Tell whether an annotation is of a list or the like, perhaps within `Annotated` or beside None."""
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Collection):
        return True
    if origin is Annotated:
        return _takes_several(get_args(annotation)[0])
    return any(_takes_several(one) for one in get_args(annotation))
