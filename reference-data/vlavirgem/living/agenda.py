"""What is on the agenda of a meeting, in words, drawn from the kinds of decisions that fit the body."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.sittings import ITEMS, SIZES, round_sum
from vlavirgem.generation.governance.texts import Template, capitalised, grouped, in_street, templates, with_article

if TYPE_CHECKING:
    from vlavirgem.generation.governance.calendar import Appointment
    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import State


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda, with its texts filled in."""

    template: Template
    place: int
    title: str
    text: str
    reason: str | None
    articles: tuple[str, ...]


def agenda_of(state: State, dice: Dice, appointment: Appointment, *, number: int) -> list[Item]:
    """Draw the agenda: what comes every time or in this month, then by weight; behind closed doors last."""
    body = appointment.body
    fixed = [one for one in templates() if body in one.bodies and _comes(one, month=appointment.day.month)]
    fitting = [one for one in templates() if body in one.bodies and one.weight]
    least, root, spread, most = SIZES[body]
    more = dice.item.below("aantal", row=number, bound=spread)
    count = max(min(least + isqrt(state.inhabitants) // root + more, most), len(fixed))
    chosen: dict[tuple[str, ...], tuple[Template, dict[str, str]]] = {}
    for place in range(count):
        row = number * ITEMS + place
        template = (
            fixed[place]
            if place < len(fixed)
            else fitting[dice.item.pick("sjabloon", row=row, weights=[one.weight for one in fitting])]
        )
        values = _values(state, dice, template, appointment, row=row)
        chosen.setdefault((_fill(template.title, values),), (template, values))
    ordered = sorted(chosen.values(), key=lambda one: one[0].closed)
    return [_item(template, values, place=place) for place, (template, values) in enumerate(ordered, start=1)]


def _comes(template: Template, *, month: int) -> bool:
    return template.place == "eerst" or (template.place == "maand" and template.month == month)


def _values(state: State, dice: Dice, template: Template, appointment: Appointment, *, row: int) -> dict[str, str]:
    """Draw what fills the places of a text."""
    council, year = state.council, appointment.day.year
    low, high = template.amount
    step = round_sum(high)
    euros = low + dice.item.below("bedrag", row=row, bound=(high - low) // step + 1) * step
    street = council.streets[dice.item.below("straat", row=row, bound=len(council.streets))]
    clubs = council.associations or (state.name,)
    return {
        "onderwerp": template.subjects[dice.item.below("onderwerp", row=row, bound=len(template.subjects))],
        "straat": with_article(street),
        "vereniging": clubs[dice.item.below("vereniging", row=row, bound=len(clubs))],
        "in_straat": in_street(street),
        "In_straat": capitalised(in_street(street)),
        "bedrag": grouped(euros),
        "aantal": str(2 + dice.item.below("klein", row=row, bound=11)),
        "jaar": str(year),
        "volgend_jaar": str(year + 1),
    }


def _item(template: Template, values: dict[str, str], *, place: int) -> Item:
    return Item(
        template=template,
        place=place,
        title=_fill(template.title, values),
        text=_fill(template.text, values),
        reason=None if template.reason is None else _fill(template.reason, values),
        articles=tuple(_fill(text, values) for text in template.articles),
    )


def _fill(text: str, values: dict[str, str]) -> str:
    for place, value in values.items():
        text = text.replace(f"{{{place}}}", value, 1)
    return text
