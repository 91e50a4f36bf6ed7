"""Controlled lists: functions of a municipality, ways of hosting, and the state of a solution.

The list of functions is our own and short on purpose: a buyer should see all of it at a glance. It follows
the usual division of a Flemish municipality's policy fields (BBC-beleidsdomeinen), in fewer words.
"""

from __future__ import annotations

from enum import StrEnum

from proeftuin_kernel.text import Text


class Status(StrEnum):
    """Where a solution is in its life."""

    CONCEPT = "concept"  # announced or in development; municipalities cannot use it yet
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"  # hidden from search, still at its address


class Hosting(StrEnum):
    """Where the software can run."""

    SAAS = "saas"
    PAAS = "paas"
    ON_PREMISES = "on-premises"
    HYBRID = "hybride"


class Domain(StrEnum):
    """A function of a municipality that a solution helps with."""

    COUNTER = "dienstverlening"
    CIVIL_AFFAIRS = "burgerzaken"
    ENVIRONMENT = "omgeving"
    GOVERNANCE = "bestuur"
    SOCIAL = "welzijn"
    EDUCATION = "onderwijs"
    LEISURE = "vrije-tijd"
    MOBILITY = "mobiliteit"
    WASTE = "afval-en-milieu"
    SAFETY = "veiligheid"
    ECONOMY = "lokale-economie"
    FINANCE = "financien"
    STAFF = "personeel"
    PROPERTY = "patrimonium"
    DATA = "data-en-kaarten"
    ICT = "ict"


STATUS_LABELS: dict[Status, Text] = {
    Status.CONCEPT: Text(nl="In ontwikkeling", en="In development"),
    Status.ACTIVE: Text(nl="Beschikbaar", en="Available"),
    Status.WITHDRAWN: Text(nl="Ingetrokken", en="Withdrawn"),
}

HOSTING_LABELS: dict[Hosting, Text] = {
    Hosting.SAAS: Text(nl="Als dienst in de cloud (SaaS)", en="As a service in the cloud (SaaS)"),
    Hosting.PAAS: Text(nl="Op een cloudplatform (PaaS)", en="On a cloud platform (PaaS)"),
    Hosting.ON_PREMISES: Text(nl="Op eigen servers", en="On your own servers"),
    Hosting.HYBRID: Text(nl="Deels eigen servers, deels cloud", en="Partly your own servers, partly cloud"),
}

DOMAIN_LABELS: dict[Domain, Text] = {
    Domain.COUNTER: Text(nl="Dienstverlening en loket", en="Public services and counter"),
    Domain.CIVIL_AFFAIRS: Text(nl="Burgerzaken", en="Civil affairs"),
    Domain.ENVIRONMENT: Text(nl="Omgeving en vergunningen", en="Planning and permits"),
    Domain.GOVERNANCE: Text(nl="Bestuur en besluitvorming", en="Governance and decisions"),
    Domain.SOCIAL: Text(nl="Welzijn en sociale zaken", en="Welfare and social affairs"),
    Domain.EDUCATION: Text(nl="Onderwijs en kinderopvang", en="Education and childcare"),
    Domain.LEISURE: Text(nl="Cultuur, sport en vrije tijd", en="Culture, sport and leisure"),
    Domain.MOBILITY: Text(nl="Mobiliteit en openbaar domein", en="Mobility and public space"),
    Domain.WASTE: Text(nl="Afval en milieu", en="Waste and environment"),
    Domain.SAFETY: Text(nl="Veiligheid en handhaving", en="Safety and enforcement"),
    Domain.ECONOMY: Text(nl="Lokale economie", en="Local economy"),
    Domain.FINANCE: Text(nl="Financiën en belastingen", en="Finance and taxes"),
    Domain.STAFF: Text(nl="Personeel en organisatie", en="Staff and organisation"),
    Domain.PROPERTY: Text(nl="Gebouwen en patrimonium", en="Buildings and property"),
    Domain.DATA: Text(nl="Data en kaarten", en="Data and maps"),
    Domain.ICT: Text(nl="ICT en beveiliging", en="ICT and security"),
}
