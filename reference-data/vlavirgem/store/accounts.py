"""Who can sign in: the people of the town, in each capacity in which they may act today.

An inhabitant is a citizen; who works for an administration, holds a mandate or runs a business has an account for
that too, as in ACM/IDM. "Today" is the town's own day: who has left, died or lost a mandate cannot sign in any more.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.functions import Status
from vlavirgem.place import ID_BASE
from vlavirgem.store.delegations import HELD
from vlavirgem.store.today import TODAY, town_day

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection, Row

CITIZEN, EMPLOYEE, MANDATARY, OFFICER, MANAGER = "persoon", "medewerker", "mandataris", "functionaris", "zaakvoerder"
OFFICIALS = (EMPLOYEE, MANDATARY, OFFICER)
YOUNGEST = 12
"""Years: from then on everybody has an eID (royal decree of 25 March 2003)."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person in one capacity.

    Attributes:
        key: `persoon/12`, `medewerker/3`, `mandataris/7`, `functionaris/1` or `zaakvoerder/40` (the organisation's
            number).
        person: The inhabitant's number; none for who lives elsewhere.
        given_name: Given name.
        family_name: Family name.
        insz: National number; none for who lives elsewhere.
        mail: Address at work, or the inhabitant's own.
        function: What they do, in Dutch; empty for citizens.
        organisation: For whom they act.
        code: Its OVO code, or its KBO number where it has none.
    """

    key: str
    person: int | None
    given_name: str
    family_name: str
    insz: str | None
    mail: str | None
    function: str
    organisation: str | None
    code: str | None

    @property
    def kind(self) -> str:
        """The capacity: the first part of the key."""
        return self.key.partition("/")[0]

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def subject(self) -> str:
        """Identify the person, whatever the capacity; always the same for a town's seed."""
        return _made_up(self.key if self.person is None else f"{CITIZEN}/{self.person}")

    @property
    def account_id(self) -> str:
        """Identify the person in this capacity."""
        return _made_up(f"account/{self.key}")


def _made_up(path: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, ID_BASE + path))


def find_account(connection: DictConnection, key: str) -> Account | None:
    """Find an account that can be used today."""
    kind, _, number = key.partition("/")
    if kind not in _CAPACITIES or not number.isascii() or not number.isdigit() or len(number) > 15:  # noqa: PLR2004 - as many as a number has
        return None
    query = f"{accounts_sql(kind)} SELECT * FROM accounts WHERE nummer = %(number)s"  # noqa: S608 - ours
    rows = connection.execute(query.encode(), {"number": int(number), "young": YOUNGEST}).fetchall()
    return as_account(rows[0]) if rows else None


def read_roles(connection: DictConnection, account: Account) -> list[str]:
    """Give the codes of the roles that an employee has today, in order."""
    if account.kind != EMPLOYEE:
        return []
    rows = connection.execute(
        f"SELECT DISTINCT r.code FROM {HELD} t JOIN rollen r ON r.id = t.rol_id"  # noqa: S608 - ours
        " WHERE t.medewerker_id = %s AND daterange(t.van, t.tot) @> %s ORDER BY r.code".encode(),
        [int(account.key.partition("/")[2]), town_day(connection)],
    )
    return [row["code"] for row in rows]


def read_represented(connection: DictConnection, account: Account) -> list[str]:
    """Give the KBO numbers of the organisations that a person represents by law."""
    if account.person is None:
        return []
    rows = connection.execute(
        "SELECT ondernemingsnummer FROM organisaties WHERE zaakvoerder_id = %s ORDER BY ondernemingsnummer",
        [account.person],
    )
    return [row["ondernemingsnummer"] for row in rows]


def keys_of(connection: DictConnection, person: int) -> list[str]:
    """Name the accounts in which a person decides for themselves what is told: as a citizen, and for a business."""
    rows = connection.execute("SELECT id FROM organisaties WHERE zaakvoerder_id = %s ORDER BY id", [person])
    return [f"{CITIZEN}/{person}", *(f"{MANAGER}/{row['id']}" for row in rows)]


def read_applications_with_roles(connection: DictConnection) -> list[str]:
    """Give the first parts of all role codes: `dossiers` of `dossiers-behandelaar`."""
    rows = connection.execute("SELECT DISTINCT split_part(code, '-', 1) AS naam FROM rollen ORDER BY naam")
    return [row["naam"] for row in rows]


def as_account(row: Row) -> Account:
    """Make an account of a row that `accounts_sql` gives."""
    return Account(
        key=f"{row['soort']}/{row['nummer']}",
        person=row["persoon_id"],
        given_name=row["voornaam"],
        family_name=row["achternaam"],
        insz=row["insz"],
        mail=row["email"],
        function=row["functie"],
        organisation=row["organisatie"],
        code=row["code"],
    )


_CAPACITIES = {
    CITIZEN: """
    SELECT 'persoon' AS soort, p.id AS nummer, p.id AS persoon_id, NULL AS voornaam, NULL AS achternaam,
        p.email, '' AS functie, NULL::bigint AS organisatie_id
    FROM personen p CROSS JOIN vandaag
    WHERE p.geboortedatum <= vandaag.dag - make_interval(years => %(young)s) AND p.huishouden_id IS NOT NULL
        AND p.overlijdensdatum IS NULL
    """,
    EMPLOYEE: """
    SELECT 'medewerker' AS soort, m.id AS nummer, m.persoon_id, m.voornaam, m.achternaam, m.email, m.functie,
        m.organisatie_id
    FROM medewerkers m CROSS JOIN vandaag WHERE daterange(m.van, m.tot) @> vandaag.dag
    """,
    MANDATARY: f"""
    SELECT 'mandataris' AS soort, m.id AS nummer, m.persoon_id, NULL AS voornaam, NULL AS achternaam, NULL AS email,
        a.functie_naam AS functie, e.organisatie_id
    FROM mandatarissen m CROSS JOIN vandaag JOIN mandaten a ON a.id = m.mandaat_id
    JOIN bestuursorganen_in_tijd t ON t.id = a.orgaan_in_tijd_id JOIN bestuursorganen o ON o.id = t.bestuursorgaan_id
    JOIN bestuurseenheden e ON e.id = o.bestuurseenheid_id
    WHERE m.status <> '{Status.PREVENTED}'
        AND tstzrange(m.start, m.einde, '[]') @> (vandaag.dag + time '12:00') AT TIME ZONE 'Europe/Brussels'
    """,  # noqa: S608 - a code of ours
    OFFICER: """
    SELECT 'functionaris' AS soort, f.id AS nummer, f.persoon_id, NULL AS voornaam, NULL AS achternaam, NULL AS email,
        f.functie_naam AS functie, e.organisatie_id
    FROM functionarissen f CROSS JOIN vandaag JOIN bestuursorganen o ON o.id = f.bestuursorgaan_id
    JOIN bestuurseenheden e ON e.id = o.bestuurseenheid_id
    WHERE f.start <= (vandaag.dag + time '12:00') AT TIME ZONE 'Europe/Brussels'
    """,
    MANAGER: """
    SELECT 'zaakvoerder' AS soort, o.id AS nummer, o.zaakvoerder_id AS persoon_id, NULL AS voornaam,
        NULL AS achternaam, o.email, 'zaakvoerder' AS functie, o.id AS organisatie_id
    FROM organisaties o WHERE o.zaakvoerder_id IS NOT NULL
    """,
}


def accounts_sql(*kinds: str, narrowed: str = "TRUE") -> str:
    """Give our SQL for the accounts of some capacities, as `accounts`; fewer are found faster.

    Args:
        kinds: The capacities.
        narrowed: SQL for which persons count, `p`.
    """
    capacities = " UNION ALL ".join(_CAPACITIES[kind] for kind in kinds)
    return f"""
    WITH vandaag AS ({TODAY}),
    hoedanigheden AS ({capacities}), accounts AS (
        SELECT h.soort, h.nummer, h.persoon_id, coalesce(h.voornaam, p.voornaam) AS voornaam,
            coalesce(h.achternaam, p.achternaam) AS achternaam, p.insz, coalesce(h.email, p.email) AS email, h.functie,
            o.naam AS organisatie, coalesce(o.ovo_code, o.ondernemingsnummer) AS code,
            concat_ws(' ', coalesce(h.voornaam, p.voornaam), coalesce(h.achternaam, p.achternaam), p.insz, h.functie,
                o.naam) AS tekst
        FROM hoedanigheden h LEFT JOIN personen p ON p.id = h.persoon_id
        LEFT JOIN organisaties o ON o.id = h.organisatie_id
        WHERE (h.persoon_id IS NULL OR p.overlijdensdatum IS NULL) AND {narrowed}
    )
    """  # noqa: S608 - names of ours
