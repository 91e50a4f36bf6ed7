"""How the members of a body vote on an item, as `vlavirgem.generation.governance.votes` has them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.generation.governance.texts import Template
    from vlavirgem.living.chance import Dice
    from vlavirgem.living.council import Mandate
    from vlavirgem.living.ledger import Ledger

_MEMBERS = 100_000
"""More than there are mandataries: makes room to address a meeting or item together with a member."""
_STANCES = ("voor", "tegen", "onthouden")
_FOR, _AGAINST, _ABSTAIN = range(3)
_DEVIATES = 0.02


def address(number: int, member: int) -> int:
    """Give the row of random numbers of a member at a meeting or item."""
    return number * _MEMBERS + member


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
    counts = [sum(stance == which for stance in stances.values()) for which in range(3)]
    accepted = counts[_FOR] > counts[_AGAINST]
    number = ledger.state.next_number("stemmingen")
    is_secret = template.vote == "geheim"
    ledger.add(
        "stemmingen",
        {
            "id": number,
            "agendapunt_id": item,
            "onderwerp": title,
            "geheim": is_secret,
            "aantal_voorstanders": counts[_FOR],
            "aantal_tegenstanders": counts[_AGAINST],
            "aantal_onthouders": counts[_ABSTAIN],
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
                "stem": _STANCES[stances[one.id]] if one.id in stances else "afwezig",
            },
        )
    return accepted


def _stance(ledger: Ledger, dice: Dice, template: Template, member: Mandate, *, item: int) -> int:
    """Draw how somebody votes: mostly as their group does."""
    row, group = address(item, member.id), address(item, member.group)
    governs = ledger.state.council.governs.get(member.group, True)
    if template.vote == "geheim":
        return dice.vote.pick("geheim", row=row, weights=[92, 4, 4])
    if dice.vote.chance("wijktAf", row=row, share=_DEVIATES):
        return _ABSTAIN
    if template.vote == "betwist" and not governs:
        return dice.vote.pick("oppositie", row=group, weights=[45, 30, 25])
    if template.vote == "oppositie" and governs:
        return dice.vote.pick("meerderheid", row=item, weights=[20, 75, 5])
    return _FOR
