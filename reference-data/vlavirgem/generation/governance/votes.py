"""Who was there, and how people voted.

A body decides when most of its members are there (Decreet over het lokaal bestuur, article 26); a proposal is
accepted when it has more votes for than against, abstentions apart (article 33).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.governance.sittings import (
    ABSTAIN,
    DEVIATES,
    EXCUSED,
    FOR,
    MAJORITY,
    MEMBERS,
    OPPOSITION,
    SECRET,
    STANCES,
)
from vlavirgem.generation.governance.texts import templates
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.randomness import Flags, Integers

_LEAVES = 0.004


def make_attendance(meetings: pl.DataFrame, *, members: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Say for each meeting and member whether the member was there; the chair always is, and so are most.

    Args:
        meetings: Columns `zitting` (from 0), `orgaan_in_tijd_id`, `dag`, `voorzitter`: the person.
        members: Who may vote: `mandataris_id`, `persoon_id`, `orgaan_in_tijd_id`, `eerste`, `laatste`, `fractie_id`
            and `meerderheid`.
        seed: Seed of the town.
    """
    both = (
        meetings.join(members, on="orgaan_in_tijd_id", how="inner")
        .filter(pl.col("dag").is_between("eerste", "laatste"))
        .sort("zitting", "mandataris_id")
    )
    address = (both["zitting"] * MEMBERS + both["mandataris_id"]).to_numpy()
    excused = Random(seed, kind="aanwezigheid").chance("verontschuldigd", rows=address, share=EXCUSED)
    wanted = pl.Series(excused) & (both["persoon_id"] != both["voorzitter"])
    return both.with_columns(wanted.alias("weg")).with_columns(
        leden=pl.len().over("zitting"),
        weg=pl.col("weg") & (pl.col("weg").cum_sum().over("zitting") <= (pl.len().over("zitting") - 1) // 2),
    )


def make_stances(items: pl.DataFrame, *, attendance: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Say for each item that is voted on, and each member, what the member's vote was.

    Args:
        items: Columns `agendapunt_id`, `zitting`, `sjabloon`.
        attendance: From `make_attendance`.
        seed: Seed of the town.

    Returns:
        Columns `agendapunt_id`, `mandataris_id`, `stem` and `geheim`.
    """
    kinds = pl.Series([one.vote for one in templates()])
    voted = items.select("agendapunt_id", "zitting", wijze=kinds.gather(items["sjabloon"])).filter(
        pl.col("wijze") != "geen"
    )
    both = voted.join(attendance, on="zitting", how="inner").sort("agendapunt_id", "mandataris_id")
    random = Random(seed, kind="stem")
    item, member = both["agendapunt_id"].to_numpy(), both["mandataris_id"].to_numpy()
    address = item * MEMBERS + member
    group = item * MEMBERS + both["fractie_id"].to_numpy()
    governs: Flags = both["meerderheid"].to_numpy()
    deviates = random.chance("wijktAf", rows=address, share=DEVIATES)
    opposition = random.pick("oppositie", rows=group, weights=OPPOSITION)
    majority = random.pick("meerderheid", rows=item, weights=MAJORITY)
    secret = random.pick("geheim", rows=address, weights=SECRET)
    leaves = pl.Series(random.chance("verlaatZaal", rows=address, share=_LEAVES))
    frame = both.with_columns(
        stem=_by_kind(both["wijze"], governs=governs, opposition=opposition, majority=majority, secret=secret),
        wijktAf=pl.Series(deviates),
        verlaat=leaves & ~both["weg"] & (both["persoon_id"] != both["voorzitter"]),
    ).with_columns(
        # Somebody leaves the room only as long as most members stay.
        verlaat=pl.col("verlaat")
        & (
            pl.col("weg").sum().over("agendapunt_id") + pl.col("verlaat").cum_sum().over("agendapunt_id")
            <= (pl.col("leden") - 1) // 2
        ),
        stem=pl.when(pl.col("wijktAf") & (pl.col("wijze") != "geheim")).then(ABSTAIN).otherwise(pl.col("stem")),
    )
    return frame.select(
        "agendapunt_id",
        "mandataris_id",
        stem=pl.when(pl.col("weg") | pl.col("verlaat"))
        .then(pl.lit("afwezig"))
        .otherwise(pl.lit(pl.Series(STANCES)).gather(pl.col("stem"))),
        geheim=pl.col("wijze") == "geheim",
    )


def _by_kind(
    kind: pl.Series, *, governs: Flags, opposition: Integers, majority: Integers, secret: Integers
) -> pl.Series:
    frame = pl.DataFrame(
        {"wijze": kind, "bestuurt": governs, "oppositie": opposition, "meerderheid": majority, "geheim": secret}
    )
    stance = (
        pl.when(pl.col("wijze") == "geheim")
        .then("geheim")
        .when((pl.col("wijze") == "betwist") & ~pl.col("bestuurt"))
        .then("oppositie")
        .when((pl.col("wijze") == "oppositie") & pl.col("bestuurt"))
        .then("meerderheid")
        .otherwise(FOR)
    )
    return frame.select(stance.alias("stem"))["stem"]


def make_results(stances: pl.DataFrame) -> pl.DataFrame:
    """Count the votes of each item: a row per `agendapunt_id`, in order."""
    stem = pl.col("stem")
    counted = stances.group_by("agendapunt_id", maintain_order=True).agg(
        geheim=pl.col("geheim").first(),
        aantal_voorstanders=(stem == "voor").sum(),
        aantal_tegenstanders=(stem == "tegen").sum(),
        aantal_onthouders=(stem == "onthouden").sum(),
    )
    accepted = pl.col("aantal_voorstanders") > pl.col("aantal_tegenstanders")
    return counted.with_columns(
        gevolg=pl.when(accepted).then(pl.lit("aanvaard")).otherwise(pl.lit("verworpen")),
        id=pl.int_range(1, pl.len() + 1),
    )
