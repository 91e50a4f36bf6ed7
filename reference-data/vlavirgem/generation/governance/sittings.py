"""Who sits, votes and presides where, how long agendas and meetings are, how people vote, and when decisions hold.

Nothing here needs a data frame library: a town's life uses it too.
"""

from __future__ import annotations

from datetime import time

from vlavirgem.generation.governance.functions import Body, Function

_SMALL, _LARGE = 1_000, 50_000
VOTES_IN = {
    Function.COUNCILLOR: Body.COUNCIL,
    Function.WELFARE_COUNCILLOR: Body.WELFARE_COUNCIL,
    Function.MAYOR: Body.COLLEGE,
    Function.ALDERMAN: Body.COLLEGE,
    Function.BUREAU_MEMBER: Body.STANDING_BUREAU,
    Function.BUREAU_CHAIR: Body.STANDING_BUREAU,
    Function.COMMITTEE_MEMBER: Body.SOCIAL_COMMITTEE,
    Function.COMMITTEE_CHAIR: Body.SOCIAL_COMMITTEE,
}
"""Functions with a vote, and where; the chair of a council votes as a councillor."""
CHAIRS = {
    Body.COUNCIL: Function.COUNCIL_CHAIR,
    Body.WELFARE_COUNCIL: Function.WELFARE_CHAIR,
    Body.COLLEGE: Function.MAYOR,
    Body.STANDING_BUREAU: Function.BUREAU_CHAIR,
    Body.SOCIAL_COMMITTEE: Function.COMMITTEE_CHAIR,
}
PUBLICATION_DAYS = 7
"""Decisions are published within ten days (Decreet over het lokaal bestuur, article 285); here after a week."""
ROOMS = {
    Body.COUNCIL: "Raadzaal, gemeentehuis",
    Body.WELFARE_COUNCIL: "Raadzaal, gemeentehuis",
    Body.COLLEGE: "Collegezaal, gemeentehuis",
    Body.STANDING_BUREAU: "Collegezaal, gemeentehuis",
    Body.SOCIAL_COMMITTEE: "Vergaderzaal, sociaal huis",
}
"""Where each body meets."""
SIZES: dict[Body, tuple[int, int, int, int]] = {
    Body.COUNCIL: (2, 6, 3, 35),
    Body.WELFARE_COUNCIL: (1, 15, 2, 13),
    Body.COLLEGE: (1, 12, 3, 30),
    Body.STANDING_BUREAU: (1, 15, 2, 10),
    Body.SOCIAL_COMMITTEE: (1, 12, 3, 25),
}
"""Items of a meeting: a + root of inhabitants / b + up to c, and d at most. Our choice, from short lists in a village
to long ones in a city; even there no table has more rows than belong to the town hall. The welfare council is
done before the council begins in the same room."""
REGULATIONS = 5
"""A regulation holds from the fifth day after its publication on (Decreet over het lokaal bestuur, article 288)."""
NOT_ACCEPTED = "Het voorstel is niet aangenomen."
PUBLISHED_AT = time(10)
ITEMS = 100
"""More than the items of any meeting: makes room to address a meeting together with an item."""
MEMBERS = 100_000
"""More than there are mandataries: makes room to address a meeting or item together with a member."""
MOST_LATE, MINUTES_PER_ITEM, LEAST_MINUTES, MORE_MINUTES = 12, 6, 5, 20
"""A meeting begins less than so many minutes late, and lasts so many per item, so many besides and less than so many
more; a choice, as what follows."""
EXCUSED, DEVIATES = 0.07, 0.02
"""Share of members who are excused, and of votes that are not as those of the group."""
STANCES = ("voor", "tegen", "onthouden")
FOR, AGAINST, ABSTAIN = range(len(STANCES))
OPPOSITION, MAJORITY, SECRET = (45, 30, 25), (20, 75, 5), (92, 4, 4)
"""Weights of the stances of the opposition on what is contested, of the majority on what the opposition proposes, and
in a secret ballot."""


def round_sum(most: int) -> int:
    """Say to how many euros amounts up to so many are round."""
    return 5 if most <= _SMALL else 50 if most <= _LARGE else 1_000
