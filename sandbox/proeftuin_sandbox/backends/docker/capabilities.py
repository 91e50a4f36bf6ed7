"""What the Docker backend promises, and what it cannot."""

from __future__ import annotations

from typing import Final

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.promises import Capabilities, Control, Level

TIER: Final = "docker"


def docker_capabilities() -> Capabilities:
    """Give the controls of this backend; every one that is enforced is tried in each sandbox, or by a test."""
    return Capabilities(backend="docker", tier=TIER, controls=_CONTROLS)


def _enforced(name: str, nl: str, en: str, *, why_nl: str, why_en: str) -> Control:
    return Control(name, Level.ENFORCED, Text(nl=nl, en=en), Text(nl=why_nl, en=why_en))


_CONTROLS: Final = (
    _enforced(
        "environment",
        "Omgevingsvariabelen",
        "Environment variables",
        why_nl="De component krijgt alleen de gedocumenteerde variabelen en die van zijn image.",
        why_en="The component gets the documented variables and those of its image only.",
    ),
    _enforced(
        "rooms",
        "Andere proeftuinen",
        "Other sandboxes",
        why_nl="Elke proeftuin heeft een eigen netwerk; dat van een andere is niet te bereiken, ook niet bij naam.",
        why_en="Every sandbox has a network of its own; that of another cannot be reached, by name neither.",
    ),
    _enforced(
        "host",
        "De machine zelf",
        "The machine itself",
        why_nl="De machine heeft geen adres op het netwerk van de kamer.",
        why_en="The machine has no address on the network of the room.",
    ),
    _enforced(
        "platform",
        "Het platform",
        "The platform",
        why_nl="Het platform komt binnen langs poortjes die in de kamer niet luisteren; er is geen weg terug.",
        why_en="The platform comes in through gates that do not listen in the room; there is no way back.",
    ),
    _enforced(
        "engine",
        "De Docker-engine",
        "The Docker engine",
        why_nl="De socket is er niet, en de poorten van de engine zijn niet te bereiken.",
        why_en="Its socket is not there, and its ports cannot be reached.",
    ),
    _enforced(
        "metadata",
        "Metadata van een cloud",
        "Metadata of a cloud",
        why_nl="Adressen zoals 169.254.169.254 zijn niet te bereiken.",
        why_en="Addresses such as 169.254.169.254 cannot be reached.",
    ),
    _enforced(
        "egress",
        "Uitgaand verkeer",
        "Outgoing traffic",
        why_nl="Vanuit de kamer is alleen de kamer te bereiken, niet het internet.",
        why_en="From the room only the room can be reached, not the internet.",
    ),
    _enforced(
        "names",
        "Namen opzoeken",
        "Looking up names",
        why_nl="Alleen namen in de kamer zijn bekend; er gaat geen vraag naar buiten.",
        why_en="Only names in the room are known; no question goes out.",
    ),
    _enforced(
        "packets",
        "Pakketten vervalsen",
        "Forging packets",
        why_nl="Ruwe sockets zijn verboden, dus een ander adres aannemen of meeluisteren ook.",
        why_en="Raw sockets are forbidden, and so is taking another address or listening in.",
    ),
    _enforced(
        "privileges",
        "Rechten",
        "Privileges",
        why_nl="Alles draait als gebruiker 10001 zonder capabilities en kan er geen krijgen, wat het image ook zegt.",
        why_en="Everything runs as user 10001 without capabilities and cannot gain any, whatever its image says.",
    ),
    _enforced(
        "system-calls",
        "Systeemaanroepen",
        "System calls",
        why_nl="Het seccomp-profiel van de engine weigert onder meer mount, unshare, keyctl en bpf.",
        why_en="The engine's seccomp profile refuses mount, unshare, keyctl and bpf, among others.",
    ),
    _enforced(
        "devices",
        "Apparaten",
        "Devices",
        why_nl="Er kunnen geen apparaten gemaakt worden, en alleen ongevaarlijke zijn er.",
        why_en="No devices can be made, and only harmless ones are there.",
    ),
    _enforced(
        "kernel-settings",
        "Instellingen van de kernel",
        "Settings of the kernel",
        why_nl="/proc/sys en /sys kunnen alleen gelezen worden.",
        why_en="/proc/sys and /sys can only be read.",
    ),
    _enforced(
        "files",
        "Bestanden",
        "Files",
        why_nl="Het image kan alleen gelezen worden; van de machine en van anderen is niets te zien.",
        why_en="The image can only be read; nothing of the machine and of others is to be seen.",
    ),
    _enforced(
        "neighbours",
        "Processen van anderen",
        "Processes of others",
        why_nl="Een component ziet alleen zijn eigen processen.",
        why_en="A component sees its own processes only.",
    ),
    _enforced(
        "memory",
        "Geheugen",
        "Memory",
        why_nl="memoryMiB plus wat het in /data en /tmp bewaart, ook in het geheugen; daarboven wordt het beëindigd.",
        why_en="memoryMiB plus what it keeps in /data and /tmp, which are in memory; above that it is ended.",
    ),
    _enforced(
        "cpu",
        "Rekentijd",
        "Processor time",
        why_nl="Hoogstens één processor, en elk proces hoogstens cpuSeconds.",
        why_en="At most one processor, and each process at most cpuSeconds.",
    ),
    _enforced(
        "processes",
        "Aantal processen",
        "Number of processes",
        why_nl="Processen en threads samen: processes plus 128 voor threads.",
        why_en="Processes and threads together: processes plus 128 for threads.",
    ),
    _enforced(
        "open-files",
        "Open bestanden",
        "Open files",
        why_nl="Begrensd per proces.",
        why_en="Bounded per process.",
    ),
    _enforced(
        "disk",
        "Schijfruimte",
        "Disk space",
        why_nl="/data is diskMiB groot en /tmp 64 MiB, in het geheugen; op de schijf schrijven kan niet.",
        why_en="/data is diskMiB large and /tmp 64 MiB, both in memory; the disk cannot be written.",
    ),
    _enforced(
        "log-size",
        "Grootte van het logboek",
        "Size of the log",
        why_nl="Twee bestanden van 2 MiB; het oudste verdwijnt.",
        why_en="Two files of 2 MiB; the oldest goes.",
    ),
    _enforced(
        "town-database",
        "Databank van de gemeente",
        "Database of the town",
        why_nl="Ze staat in een eigen container en is alleen langs de bouwstenen te bereiken.",
        why_en="It is in a container of its own and can only be reached through the building blocks.",
    ),
    Control(
        "lifeline",
        Level.ADVISORY,
        Text(nl="Niets blijft draaien", en="Nothing is left running"),
        Text(
            nl="Zonder platform draait een kamer door, afgesloten, tot een volgend platform ze overneemt of opruimt.",
            en="Without a platform a room goes on, closed off, until the next one takes it over or takes it away.",
        ),
    ),
    Control(
        "data-lasts",
        Level.ADVISORY,
        Text(nl="Gegevens van een component", en="Data of a component"),
        Text(
            nl="Ze staan in het geheugen zolang het poortje draait; een herstart van de engine wist ze.",
            en="They are in memory and last as long as the gate runs; a restart of the engine clears them.",
        ),
    ),
    Control(
        "bandwidth",
        Level.ABSENT,
        Text(nl="Bandbreedte in de kamer", en="Bandwidth in the room"),
        Text(
            nl="Verkeer in een kamer en langs haar poortjes is niet begrensd; per poortje wel 1000 verbindingen.",
            en="Traffic in a room and through its gates is not bounded, but for 1000 connections per gate.",
        ),
    ),
    Control(
        "kernel",
        Level.ABSENT,
        Text(nl="Eigen kernel", en="A kernel of its own"),
        Text(
            nl="Containers delen de kernel van de machine; een fout daarin kan de muren openen.",
            en="Containers share the kernel of the machine; a fault in it can open the walls.",
        ),
    ),
)
