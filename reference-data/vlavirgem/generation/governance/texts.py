"""The small lists of what a town decides, read once from `datasets/besluiten.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of decision.

    Attributes:
        bodies: Letters of the bodies that take it.
        type: LBLOD BesluitType.
        type_name: The type in words.
        domain: Policy domain.
        vote: How people vote: eens, betwist, oppositie, geheim or geen.
        closed: Whether it is dealt with behind closed doors.
        title: Title, with places to fill in.
        text: Short content, idem.
        reason: Why, idem; none for what is dealt with behind closed doors.
        articles: Texts of its articles, idem.
        grounds: Numbers of its legal grounds.
        subjects: What `{onderwerp}` may be.
        place: eerst, maand, opvolging, vervanging, or nothing when it is drawn by weight.
        month: Month in which it comes back.
        weight: How often it is drawn.
        amount: Bounds of `{bedrag}`, in euro.
        regulation: Whether it holds for everybody, so that it must be made known first.
    """

    bodies: tuple[str, ...]
    type: str
    type_name: str
    domain: str
    vote: str
    closed: bool
    title: str
    text: str
    reason: str | None
    articles: tuple[str, ...]
    grounds: tuple[int, ...]
    subjects: tuple[str, ...] = field(default=("",))
    place: str = ""
    month: int = 0
    weight: int = 0
    amount: tuple[int, int] = (250, 5_000)
    regulation: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """An article of a law: how the law is called, which article, and its ELI where that is sure."""

    title: str
    article: str
    eli: str | None = None


@cache
def _read() -> dict[str, Any]:
    text = (resources.files("vlavirgem") / "datasets" / "besluiten.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def grounds() -> tuple[Ground, ...]:
    """Give all legal grounds; their numbers count from 1."""
    return tuple(Ground(*entry) for entry in _read()["gronden"].values())


@cache
def templates() -> tuple[Template, ...]:
    """Give all kinds of decisions."""
    data = _read()
    numbers = {key: number for number, key in enumerate(data["gronden"], start=1)}
    return tuple(
        Template(
            bodies=tuple(entry["organen"]),
            type=data["types"][entry["type"]][0],
            type_name=data["types"][entry["type"]][1],
            domain=entry["domein"],
            vote=entry["stemming"],
            closed=entry.get("besloten", False),
            title=entry["titel"],
            text=entry["beschrijving"],
            reason=entry.get("motivering"),
            articles=tuple(entry["artikelen"]),
            grounds=tuple(numbers[key] for key in entry["gronden"]),
            subjects=tuple(entry.get("onderwerpen", ("",))),
            place=entry.get("plaats", ""),
            month=entry.get("maand", 0),
            weight=entry.get("gewicht", 0),
            amount=tuple(entry.get("bedrag", (250, 5_000))),
            regulation="bekendmaking" in entry["gronden"],
        )
        for entry in data["besluit"]
    )


def group_names() -> tuple[str, ...]:
    """Give the invented names of political groups."""
    return tuple(_read()["fracties"])


def domains() -> tuple[str, ...]:
    """Give the policy domains that aldermen share out."""
    return tuple(_read()["beleidsdomeinen"])


def with_article(street: str) -> str:
    """Write a street as in a sentence: het plein, de straat."""
    neuter = ("plein", "pad", "hof", "park", "erf")
    return f"het {street}" if street.endswith(neuter) else f"de {street}"


def in_street(street: str) -> str:
    """Write where something is: op het plein, op de dijk, in de straat."""
    on = ("plein", "markt", "dijk", "baan", "steenweg", "ring")
    return f"{'op' if street.lower().endswith(on) else 'in'} {with_article(street)}"


def capitalised(text: str) -> str:
    """Write the first letter of a text as a capital, and leave the others."""
    return text[:1].upper() + text[1:]


def grouped(euros: int) -> str:
    """Write an amount with a point between thousands."""
    return f"{euros:,}".replace(",", ".")
