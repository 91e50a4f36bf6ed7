"""Agenda items, what was decided on them, and on what ground."""

from __future__ import annotations

import polars as pl

from vlavirgem.generation.governance.functions import Body, Function, mandate_number
from vlavirgem.generation.governance.moments import at
from vlavirgem.generation.governance.sittings import NOT_ACCEPTED, PUBLISHED_AT, REGULATIONS
from vlavirgem.generation.governance.texts import grounds, templates


def make_grounds_table() -> pl.DataFrame:
    """Make the table `rechtsgronden`."""
    return pl.DataFrame(
        {
            "id": range(1, len(grounds()) + 1),
            "citeeropschrift": [one.title for one in grounds()],
            "artikel": [one.article for one in grounds()],
            "eli": [one.eli for one in grounds()],
        }
    )


def decision_tables(
    items: pl.DataFrame,
    *,
    meetings: pl.DataFrame,
    results: pl.DataFrame,
    mandataries: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Make the tables `agendapunten`, `besluiten`, `artikelen`, `verwijzingen` and `stemmingen`.

    Args:
        items: From `make_items`, numbered in `agendapunt_id`.
        meetings: The meetings, with `zitting`, `orgaan`, `dag`, `openbaar` and `publicatiedatum`.
        results: From `make_results`.
        mandataries: The table `mandatarissen`.
    """
    known = templates()
    whole = items.join(
        meetings.select(
            "zitting",
            "orgaan",
            "orgaan_in_tijd_id",
            "dag",
            "publicatiedatum",
            zitting_openbaar="openbaar",
            zitting_id="id",
        ),
        on="zitting",
        maintain_order="left",
    ).join(results.select("agendapunt_id", "gevolg"), on="agendapunt_id", how="left", maintain_order="left")
    shown = whole.with_columns(
        openbaar=pl.col("zitting_openbaar") & pl.col("open"),
        domein=pl.Series([one.domain for one in known]).gather(whole["sjabloon"]),
        vorige_id=pl.when(pl.col("volgnummer") > 1).then(pl.col("agendapunt_id") - 1),
    )
    agenda = shown.select(
        "zitting_id",
        "volgnummer",
        "titel",
        "beschrijving",
        "openbaar",
        "vorige_id",
        id="agendapunt_id",
        gepland_openbaar="openbaar",
        beleidsdomein="domein",
    )
    decisions = _decisions(shown, mandataries=mandataries)
    articles = _articles(shown)
    cited = pl.Series([list(one.grounds) for one in known]).gather(shown["sjabloon"])
    citations = (
        shown.select(besluit_id="agendapunt_id", rechtsgrond_id=cited)
        .explode("rechtsgrond_id")
        .with_columns(id=pl.int_range(1, pl.len() + 1))
    )
    subjects = agenda.select(agendapunt_id="id", onderwerp="titel")
    return {
        "agendapunten": agenda,
        "besluiten": decisions,
        "artikelen": articles,
        "verwijzingen": citations,
        "stemmingen": results.join(subjects, on="agendapunt_id", maintain_order="left"),
    }


def _decisions(shown: pl.DataFrame, *, mandataries: pl.DataFrame) -> pl.DataFrame:
    known = templates()
    year = pl.col("dag").dt.year()
    number = pl.int_range(1, pl.len() + 1).over("orgaan", year)
    published = shown["publicatiedatum"]
    is_regulation = pl.Series([one.regulation for one in known]).gather(shown["sjabloon"])
    in_force = pl.col("publicatiedatum").dt.offset_by(f"{REGULATIONS}d")
    accepted = pl.col("gevolg").fill_null("aanvaard") == "aanvaard"
    place = pl.lit(pl.Series([one.place for one in known]).gather(shown["sjabloon"]))
    new, old = _succession(mandataries)
    acting = _acting(mandataries)
    by_body = pl.col("orgaan")
    return shown.select(
        "agendapunt_id",
        "orgaan_in_tijd_id",
        "titel",
        "beschrijving",
        "motivering",
        "publicatiedatum",
        id="agendapunt_id",
        nummer=pl.concat_str(year, pl.lit("_"), "orgaan", pl.lit("_"), number.cast(pl.String).str.zfill(5)),
        besluittype=pl.Series([one.type for one in known]).gather(shown["sjabloon"]),
        besluittype_naam=pl.Series([one.type_name for one in known]).gather(shown["sjabloon"]),
        datum="dag",
        gepubliceerd=at(published, hour=PUBLISHED_AT),
        inwerkingtreding=pl.when(~accepted)
        .then(None)
        .when(pl.lit(is_regulation))
        .then(in_force)
        .otherwise(pl.col("dag")),
        bekrachtigt_aanstelling_id=pl.when(place == "opvolging")
        .then(by_body.replace_strict(new, default=None))
        .when(place == "vervanging")
        .then(by_body.replace_strict(acting, default=None)),
        bekrachtigt_ontslag_id=pl.when(place == "opvolging").then(by_body.replace_strict(old, default=None)),
    )


_COUNCILS = {Body.COUNCIL: Function.COUNCILLOR, Body.WELFARE_COUNCIL: Function.WELFARE_COUNCILLOR}


def _succession(mandataries: pl.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """Give by body who took over, and from whom."""
    new, old = {}, {}
    for body, function in _COUNCILS.items():
        found = _of(function, mandataries).filter(pl.col("opvolger_van_id").is_not_null())
        for mine, before in found.select("id", "opvolger_van_id").iter_rows():
            new[str(body)], old[str(body)] = mine, before
    return new, old


def _acting(mandataries: pl.DataFrame) -> dict[str, int]:
    """Give by body who stood in for somebody."""
    return {
        str(body): number
        for body, function in _COUNCILS.items()
        for number in _of(function, mandataries)["tijdelijk_vervangen_door_id"].drop_nulls()
    }


def _of(function: Function, mandataries: pl.DataFrame) -> pl.DataFrame:
    return mandataries.filter(pl.col("mandaat_id").is_in([mandate_number(function, term=term) for term in (0, 1)]))


def _articles(shown: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in shown.columns if name.startswith("artikel")]
    rejected = pl.col("gevolg").fill_null("") == "verworpen"
    texts = [
        pl.when(rejected).then(pl.lit(NOT_ACCEPTED) if place == 0 else None).otherwise(pl.col(name)).alias(name)
        for place, name in enumerate(columns)
    ]
    return (
        shown.select(pl.col("agendapunt_id").alias("besluit_id"), pl.concat_list(texts).alias("inhoud"))
        .explode("inhoud")
        .drop_nulls("inhoud")
        .with_columns(
            nummer=pl.int_range(1, pl.len() + 1).over("besluit_id").cast(pl.String),
            id=pl.int_range(1, pl.len() + 1),
        )
    )
