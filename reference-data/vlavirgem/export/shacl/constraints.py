"""What each kind of constraint makes of values; what does not keep it is told as SHACL would.

Source: SHACL, part 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyoxigraph as ox

from vlavirgem.errors import ShapeError
from vlavirgem.export.shacl.paths import Reached, is_among, reached
from vlavirgem.export.shacl.rules import NODE_KINDS, RDF, SH, Constraint, Step
from vlavirgem.export.shacl.terms import Things, Values, terms
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from vlavirgem.export.shacl.facts import Facts
    from vlavirgem.export.shacl.terms import Objects
    from vlavirgem.randomness import Flags, Integers

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LANG_STRING = f"{RDF}langString"
_ANY = "(?s).*"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_DAYS = "([0-9]+Y([0-9]+M)?([0-9]+D)?|[0-9]+M([0-9]+D)?|[0-9]+D)"
_TIME = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_LEXICAL = {
    f"{_XSD}string": _ANY,
    _LANG_STRING: _ANY,
    "http://www.opengis.net/ont/geosparql#wktLiteral": _ANY,
    f"{_XSD}anyURI": _ANY,
    f"{_XSD}boolean": "true|false|0|1",
    f"{_XSD}integer": "[+-]?[0-9]+",
    f"{_XSD}duration": f"-?P({_DAYS}({_TIME})?|{_TIME})",
}
"""How a text must look to be of a datatype; columns that are no text always are."""
_TYPED = {
    Kind.INTEGER: {f"{_XSD}integer"},
    Kind.DECIMAL: {f"{_XSD}double"},
    Kind.BOOLEAN: {f"{_XSD}boolean"},
    Kind.DATE: {f"{_XSD}date"},
    Kind.MOMENT: {f"{_XSD}dateTime"},
}


@dataclass(frozen=True)
class Asked:
    """Things of one template, the values of each at the end of a path, and what else is known."""

    facts: Facts
    focus: Things
    values: tuple[Reached, ...]

    def other(self, iri: str) -> tuple[Reached, ...]:
        """Give the values of another property of the same things."""
        return tuple(reached(self.facts, self.focus, path=(Step(iri),)))

    def counts(self) -> Integers:
        """Count the values of each thing, those that it has more than once too."""
        counts = np.zeros(len(self.focus), dtype=np.int64)
        for one in self.values:
            counts += np.bincount(one.place, minlength=len(self.focus))
        return counts

    def different(self, suspects: Integers) -> Integers:
        """Count the different values of some things."""
        return (
            _together(self.values, among=suspects)
            .unique()
            .group_by("place")
            .len()
            .join(pl.DataFrame({"place": suspects}), on="place", how="right", maintain_order="right")["len"]
            .fill_null(0)
            .to_numpy()
            .astype(np.int64)
        )


Broken = Iterator[tuple["Integers", "Objects | None"]]
"""Places of things that do not keep a constraint, and the values with which they do not."""
Check = Callable[[Constraint, Asked], Broken]


def _together(values: tuple[Reached, ...], *, among: Integers | None = None) -> pl.DataFrame:
    frames = [pl.DataFrame({"place": np.zeros(0, dtype=np.int64), "term": pl.Series(dtype=pl.String)})]
    for one in values:
        rows = np.arange(one.place.size) if among is None else np.flatnonzero(np.isin(one.place, among))
        frames.append(pl.DataFrame({"place": one.place[rows], "term": terms(one.values.take(rows))}))
    return pl.concat(frames)


def _at_least(constraint: Constraint, asked: Asked) -> Broken:
    counts, least = asked.counts(), constraint.number
    if least > 1:
        suspects = np.flatnonzero(counts >= least)
        counts[suspects] = asked.different(suspects)
    yield np.flatnonzero(counts < least), None


def _at_most(constraint: Constraint, asked: Asked) -> Broken:
    suspects = np.flatnonzero(asked.counts() > constraint.number)
    if suspects.size:
        yield suspects[asked.different(suspects) > constraint.number], None


def _each(holds: Callable[[Constraint, Asked, Objects], Flags]) -> Check:
    """Check each value for itself."""

    def check(constraint: Constraint, asked: Asked) -> Broken:
        for one in asked.values:
            wrong = np.flatnonzero(~holds(constraint, asked, one.values))
            if wrong.size:
                yield one.place[wrong], one.values.take(wrong)

    return check


def _all(objects: Objects, *, answer: bool) -> Flags:
    return np.full(len(objects), answer)


def _has_class(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    if isinstance(objects, Values):
        return _all(objects, answer=False)
    return is_among(objects, groups=asked.facts.of_class.get(constraint.text, []))


def _has_datatype(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    del asked
    if isinstance(objects, Things) or objects.datatype != constraint.text:
        return _all(objects, answer=False)
    if objects.datatype in _TYPED.get(objects.kind, ()):
        return _all(objects, answer=True)
    form = _LEXICAL.get(objects.datatype)
    if form is None:
        raise ShapeError(f"How a text of datatype {objects.datatype} looks is not known.")
    return _all(objects, answer=True) if form == _ANY else _matches(objects.written(), f"^({form})$")


def _has_kind(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    del asked
    kinds = NODE_KINDS[constraint.text.removeprefix(SH)]
    return _all(objects, answer=kinds[isinstance(objects, Values)])


def _has_pattern(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    del asked
    return _per_text(objects, lambda texts: _matches(texts, constraint.text))


def _matches(texts: pl.Series, pattern: str) -> Flags:
    return texts.str.contains(pattern).to_numpy()


def _per_text(objects: Objects, holds: Callable[[pl.Series], Flags]) -> Flags:
    """Ask about texts; where few differ about each once."""
    if isinstance(objects, Values):
        return holds(objects.written())
    texts, places = objects.per_text()
    found = holds(texts)
    return found if places is None else found[places]


def _is_one_of(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    del asked
    allowed = pl.Series(
        [text for text in (_alike(term, objects) for term in constraint.arguments) if text is not None],
        dtype=pl.String,
    )
    return _per_text(objects, lambda texts: texts.is_in(allowed.implode()).to_numpy())


def _alike(term: ox.NamedNode | ox.Literal | ox.BlankNode, objects: Objects) -> str | None:
    """Give a term as the text that it would have in a column; None if it cannot be there."""
    if isinstance(term, ox.Literal) and isinstance(objects, Values):
        same = (term.datatype.value, term.language or "") == (objects.datatype, objects.language)
        return term.value if same else None
    return term.value if isinstance(term, ox.NamedNode) and isinstance(objects, Things) else None


def _has_value(constraint: Constraint, asked: Asked) -> Broken:
    has = np.zeros(len(asked.focus), dtype=np.bool_)
    for one in asked.values:
        has[one.place[_is_one_of(constraint, asked, one.values)]] = True
    yield np.flatnonzero(~has), None


def _has_language(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
    del asked
    ranges = [term.value.lower() for term in constraint.arguments]
    language = objects.language.lower() if isinstance(objects, Values) else ""
    return _all(
        objects, answer=any(one in {"*", language} or language.startswith(f"{one}-") for one in ranges if language)
    )


def _length(compare: Callable[[pl.Series, int], pl.Series]) -> Check:
    return _each(
        lambda constraint, _, objects: _per_text(
            objects, lambda texts: compare(texts.str.len_chars(), constraint.number).to_numpy()
        )
    )


def _size(compare: Callable[[pl.Series, int], pl.Series]) -> Check:
    def holds(constraint: Constraint, asked: Asked, objects: Objects) -> Flags:
        del asked
        if isinstance(objects, Values) and objects.kind in {Kind.INTEGER, Kind.DECIMAL}:
            return compare(objects.values, constraint.number).to_numpy()
        if isinstance(objects, Values) and objects.kind is Kind.TEXT and objects.datatype != f"{_XSD}string":
            raise ShapeError(f"How large a text of datatype {objects.datatype} is, is not known.")
        return _all(objects, answer=False)

    return _each(holds)


def _before(compare: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Check:
    """Compare each value with each one of another property of the same thing."""

    def check(constraint: Constraint, asked: Asked) -> Broken:
        for other in asked.other(constraint.text):
            for one in asked.values:
                if not (isinstance(one.values, Values) and isinstance(other.values, Values)):
                    raise ShapeError(f"sh:{constraint.name} is known for literals only.")
                if one.values.kind is not other.values.kind or one.values.kind in {Kind.TEXT, Kind.TEXTS}:
                    raise ShapeError(f"sh:{constraint.name} is known for numbers, dates and moments of one kind only.")
                mine = pl.DataFrame({"place": one.place, "mine": one.values.values}).with_row_index("row")
                theirs = pl.DataFrame({"place": other.place, "theirs": other.values.values})
                wrong = mine.join(theirs, on="place").filter(~compare(pl.col("mine"), pl.col("theirs")))
                rows = wrong["row"].to_numpy().astype(np.int64)
                if rows.size:
                    yield one.place[rows], one.values.take(rows)

    return check


def _has_no_common(constraint: Constraint, asked: Asked) -> Broken:
    theirs = asked.other(constraint.text)
    if not theirs or not asked.values:
        return
    others = _together(theirs)
    for one in asked.values:
        mine = pl.DataFrame({"place": one.place, "term": terms(one.values)}).with_row_index("row")
        rows = mine.join(others, on=["place", "term"], how="semi")["row"].to_numpy().astype(np.int64)
        if rows.size:
            yield one.place[rows], one.values.take(rows)


def _has_each_language_once(constraint: Constraint, asked: Asked) -> Broken:
    del constraint
    languages = {one.values.language for one in asked.values if isinstance(one.values, Values)} - {""}
    for language in sorted(languages):
        spoken = tuple(
            one for one in asked.values if isinstance(one.values, Values) and one.values.language == language
        )
        yield from _at_most(Constraint("maxCount", (ox.Literal("1"),)), Asked(asked.facts, asked.focus, spoken))


CHECKS: dict[str, Check] = {
    "class": _each(_has_class),
    "datatype": _each(_has_datatype),
    "disjoint": _has_no_common,
    "hasValue": _has_value,
    "in": _each(_is_one_of),
    "languageIn": _each(_has_language),
    "lessThan": _before(lambda mine, theirs: mine < theirs),
    "lessThanOrEquals": _before(lambda mine, theirs: mine <= theirs),
    "maxCount": _at_most,
    "maxExclusive": _size(lambda values, limit: values < limit),
    "maxInclusive": _size(lambda values, limit: values <= limit),
    "maxLength": _length(lambda lengths, limit: lengths <= limit),
    "minCount": _at_least,
    "minExclusive": _size(lambda values, limit: values > limit),
    "minInclusive": _size(lambda values, limit: values >= limit),
    "minLength": _length(lambda lengths, limit: lengths >= limit),
    "nodeKind": _each(_has_kind),
    "pattern": _each(_has_pattern),
    "uniqueLang": _has_each_language_once,
}
