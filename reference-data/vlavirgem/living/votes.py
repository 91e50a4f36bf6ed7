"""How the members of a body vote on an item, as `vlavirgem.generation.governance.votes` has them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.generation.governance.sittings import (
    ABSTAIN,
    AGAINST,
    DEVIATES,
    FOR,
    MAJORITY,
    MEMBERS,
    OPPOSITION,
    SECRET,
    STANCES,
)

if TYPE_CHECKING:
    from vlavirgem.generation.governance.texts import Template
    from vlavirgem.living.chance import Dice
    from vlavirgem.living.council import Mandate
    from vlavirgem.living.ledger import Ledger


def address(number: int, member: int) -> int:
    """Give the row of random numbers of a member at a meeting or item."""
    return number * MEMBERS + member


def vote(
    ledger: Ledger,
    dice: Dice,
    *,
    template: Template,
    item: int,
    title: str,
    members: list[Mandate],
    present: list[Mandate],
) -> bool:
    """Write the vote on an item; says whether it is accepted, as what is only taken note of is.

    Args:
        ledger: Gets the rows.
        dice: The random numbers.
        template: What kind of decision it is.
        item: Number of the item.
        title: What is voted on.
        members: Who may vote.
        present: Who of them are there.
    """
    if template.vote == "geen":
        return True
    there = {one.id for one in present}
    stances = {one.id: _stance(ledger, dice, template, one, item=item) for one in members if one.id in there}
    counts = [sum(stance == which for stance in stances.values()) for which in range(len(STANCES))]
    accepted = counts[FOR] > counts[AGAINST]
    number = ledger.state.next_number("stemmingen")
    is_secret = template.vote == "geheim"
    ledger.add(
        "stemmingen",
        {
            "id": number,
            "agendapunt_id": item,
            "onderwerp": title,
            "geheim": is_secret,
            "aantal_voorstanders": counts[FOR],
            "aantal_tegenstanders": counts[AGAINST],
            "aantal_onthouders": counts[ABSTAIN],
            "gevolg": "aanvaard" if accepted else "verworpen",
        },
    )
    for one in () if is_secret else members:
        ledger.add(
            "stemgedragingen",
            {
                "id": ledger.state.next_number("stemgedragingen"),
                "stemming_id": number,
                "mandataris_id": one.id,
                "stem": STANCES[stances[one.id]] if one.id in stances else "afwezig",
            },
        )
    return accepted


def _stance(ledger: Ledger, dice: Dice, template: Template, member: Mandate, *, item: int) -> int:
    """Draw how somebody votes: mostly as their group does."""
    row, group = address(item, member.id), address(item, member.group)
    governs = ledger.state.council.governs.get(member.group, True)
    if template.vote == "geheim":
        return dice.vote.pick("geheim", row=row, weights=SECRET)
    if dice.vote.chance("wijktAf", row=row, share=DEVIATES):
        return ABSTAIN
    if template.vote == "betwist" and not governs:
        return dice.vote.pick("oppositie", row=group, weights=OPPOSITION)
    if template.vote == "oppositie" and governs:
        return dice.vote.pick("meerderheid", row=item, weights=MAJORITY)
    return FOR
