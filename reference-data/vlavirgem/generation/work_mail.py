"""Mail addresses at work: `an.maes@` the domain of the municipality."""

from __future__ import annotations

import polars as pl


def work_mail_addresses(first: pl.Series, last: pl.Series, *, wijk: pl.Series, domain: str) -> pl.Series:
    """Give each employee an address that nobody else has.

    Wijken are made without knowing each other, so those of all but the first have the number of their wijk in it; and
    namesakes within a wijk count on.

    Args:
        first: First names.
        last: Family names.
        wijk: The number of the wijk in which each works, from 0.
        domain: Under `.example`, so that no such address can exist.
    """
    name = pl.concat_str(_plain(pl.col("first")), pl.lit("."), _plain(pl.col("last")))
    place = pl.int_range(1, pl.len() + 1).over("wijk", "name")
    return (
        pl.DataFrame({"first": first, "last": last, "wijk": wijk})
        .with_columns(name=name)
        .select(
            pl.concat_str(
                "name",
                pl.when(pl.col("wijk") > 0).then((pl.col("wijk") + 1).cast(pl.String)).otherwise(pl.lit("")),
                pl.when(place > 1).then(pl.concat_str(pl.lit("-"), place.cast(pl.String))).otherwise(pl.lit("")),
                pl.lit(f"@{domain}"),
            )
        )
        .to_series()
    )


def _plain(name: pl.Expr) -> pl.Expr:
    """Write a name in plain small letters, with a hyphen between its parts."""
    letters = name.str.to_lowercase().str.normalize("NFKD")
    for letter, plain in (("ł", "l"), ("ı", "i"), ("ß", "ss"), ("ø", "o"), ("đ", "d"), (" ", "-")):
        letters = letters.str.replace_all(letter, plain, literal=True)
    return letters.str.replace_all("[^a-z-]", "")
