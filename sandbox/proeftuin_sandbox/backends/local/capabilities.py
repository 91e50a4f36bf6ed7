"""What the local backend promises: honest to the point of embarrassment."""

from __future__ import annotations

import os

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.promises import Capabilities, Control, Level

TIER = "local"


def local_capabilities() -> Capabilities:
    """Give the controls of this backend on this machine."""
    return Capabilities(backend="local", tier=TIER, controls=(*_CONTROLS, _processes()))


def _processes() -> Control:
    backstop = (
        Text(
            nl="Als root bindt de limiet van het besturingssysteem niet.",
            en="For root the operating system's own limit does not bind.",
        )
        if os.getuid() == 0
        else Text(
            nl="Het besturingssysteem begrenst het totaal van deze gebruiker.",
            en="The operating system bounds the total of this user.",
        )
    )
    return Control(
        "processes",
        Level.ADVISORY,
        Text(nl="Aantal processen", en="Number of processes"),
        Text(
            nl=f"Tien keer per seconde geteld; daarboven wordt alles van de component beëindigd. {backstop.nl}",
            en=f"Counted ten times a second; above it everything of the component is ended. {backstop.en}",
        ),
    )


_CONTROLS = (
    Control(
        "environment",
        Level.ENFORCED,
        Text(nl="Omgevingsvariabelen", en="Environment variables"),
        Text(
            nl="De component krijgt alleen de gedocumenteerde variabelen, niets van het platform.",
            en="The component gets the documented variables only, nothing of the platform.",
        ),
    ),
    Control(
        "lifeline",
        Level.ENFORCED,
        Text(nl="Niets blijft draaien", en="Nothing is left running"),
        Text(
            nl="Een bewaker beëindigt de component en alles wat die startte, ook als het platform hard stopt.",
            en="A warden ends the component and all that it started, also when the platform is killed.",
        ),
    ),
    Control(
        "open-files",
        Level.ENFORCED,
        Text(nl="Open bestanden", en="Open files"),
        Text(nl="Begrensd per proces (RLIMIT_NOFILE).", en="Bounded per process (RLIMIT_NOFILE)."),
    ),
    Control(
        "file-size",
        Level.ENFORCED,
        Text(nl="Grootte van één bestand", en="Size of one file"),
        Text(nl="Begrensd per bestand (RLIMIT_FSIZE).", en="Bounded per file (RLIMIT_FSIZE)."),
    ),
    Control(
        "log-size",
        Level.ENFORCED,
        Text(nl="Grootte van het logboek", en="Size of the log"),
        Text(
            nl="Twee bestanden van 2 MiB; wie te snel schrijft, wacht.",
            en="Two files of 2 MiB; who writes too fast waits.",
        ),
    ),
    Control(
        "memory",
        Level.ADVISORY,
        Text(nl="Geheugen", en="Memory"),
        Text(
            nl="Tien keer per seconde gemeten en dan beëindigd; RLIMIT_AS begrenst elke adresruimte ruimer.",
            en="Measured ten times a second and then ended; RLIMIT_AS bounds each address space more loosely.",
        ),
    ),
    Control(
        "cpu",
        Level.ADVISORY,
        Text(nl="Rekentijd", en="Processor time"),
        Text(
            nl="Per proces begrensd door RLIMIT_CPU, in totaal gemeten door de bewaker; er is geen vast aandeel.",
            en="Bounded per process by RLIMIT_CPU, in total measured by the warden; there is no fixed share.",
        ),
    ),
    Control(
        "disk",
        Level.ADVISORY,
        Text(nl="Schijfruimte", en="Disk space"),
        Text(
            nl="De eigen map wordt om de twee seconden gemeten; elders schrijven wordt niet geteld.",
            en="The data folder is measured every two seconds; writing elsewhere is not counted.",
        ),
    ),
    Control(
        "town-database",
        Level.ADVISORY,
        Text(nl="Databank van de gemeente", en="Database of the town"),
        Text(
            nl="Eigen databank en rol per proeftuin; de ingebouwde PostgreSQL vertrouwt elk proces van die gebruiker.",
            en="Own database and role per sandbox; but the embedded PostgreSQL trusts every process of this user.",
        ),
    ),
    Control(
        "listen",
        Level.ADVISORY,
        Text(nl="Luisteren", en="Listening"),
        Text(
            nl="De component krijgt een adres op deze machine alleen; op een ander luisteren wordt niet belet.",
            en="The component is given an address on this machine only; listening on another is not prevented.",
        ),
    ),
    Control(
        "egress",
        Level.ABSENT,
        Text(nl="Uitgaand verkeer", en="Outgoing traffic"),
        Text(
            nl="De component kan alles bereiken wat deze machine kan bereiken.",
            en="The component can reach whatever this machine can reach.",
        ),
    ),
    Control(
        "files",
        Level.ABSENT,
        Text(nl="Bestanden van anderen", en="Files of others"),
        Text(
            nl="De component draait als de gebruiker van het platform en kan lezen en schrijven wat die kan.",
            en="The component runs as the platform's user and can read and write what that user can.",
        ),
    ),
    Control(
        "neighbours",
        Level.ABSENT,
        Text(nl="Processen van anderen", en="Processes of others"),
        Text(
            nl="De component kan andere processen van dezelfde gebruiker zien en beëindigen.",
            en="The component can see and end other processes of the same user.",
        ),
    ),
)
