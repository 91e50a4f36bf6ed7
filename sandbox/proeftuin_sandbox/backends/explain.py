"""From how a program ended to a cause and a remedy that a supplier can use."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure
from proeftuin_sandbox.backends.failures import AGAIN, COMPONENT_STOPPED

if TYPE_CHECKING:
    from proeftuin_infra.environments import InstallError
    from proeftuin_infra.limits import Limits
    from proeftuin_infra.process_status import Ended

_NOT_EXECUTABLE_CODE, _NOT_FOUND_CODE = 126, 127


def explain_end(ended: Ended, *, limits: Limits, said: str) -> Failure:
    """Explain why a component is not there any more.

    Args:
        ended: What its warden saw.
        limits: Its ceilings.
        said: The last line that it wrote, to quote.
    """
    if ended.code == "not-started":
        return _not_started(ended)
    if ended.code in {"memory-limit", "process-limit", "cpu-limit", "disk-limit", "file-size-limit"}:
        return _limit(ended, limits)
    if ended.code == "exited":
        return _exited(ended, said)
    if ended.code == "signalled":
        name = _signal_name(ended.signal)
        return Failure(
            "component-signalled",
            Text(nl=f"De component werd beëindigd door signaal {name}.", en=f"The component was ended by {name}."),
            _see_log(said),
        )
    if ended.code in {"platform-gone", "warden-lost"}:
        return Failure(
            ended.code,
            Text(
                nl="Het platform of de bewaker viel weg; de component werd daarom beëindigd.",
                en="The platform or the warden went away; so the component was ended.",
            ),
            Text(nl="Het platform start het opnieuw; u hoeft niets te doen.", en="The platform starts it again."),
            is_transient=True,
        )
    return COMPONENT_STOPPED


def explain_install(error: InstallError) -> Failure:
    """Explain why the requirements of a component cannot be installed."""
    said = " ".join(error.said)[-600:]
    cause, remedy, transient = _INSTALL.get(error.code, _INSTALL["install-failed"])
    return Failure(
        error.code,
        Text(nl=f"{cause.nl} De installatie zegt: {said}", en=f"{cause.en} The installer says: {said}"),
        remedy,
        is_transient=transient,
    )


def _exited(ended: Ended, said: str) -> Failure:
    code = ended.exit_code
    if code == _NOT_FOUND_CODE:
        return _program_missing(said)
    if code == 0:
        return Failure(
            "component-exited",
            Text(
                nl="De component stopte vanzelf (code 0), terwijl die moet blijven luisteren.",
                en="The component ended by itself (code 0), while it should keep listening.",
            ),
            Text(
                nl="Start de server op de voorgrond; een programma dat zichzelf naar de achtergrond stuurt, stopt.",
                en="Start the server in the foreground; a program that sends itself to the background ends.",
            ),
        )
    return Failure(
        "component-exited",
        Text(nl=f"De component stopte met code {code}.", en=f"The component ended with code {code}."),
        _see_log(said),
    )


def _not_started(ended: Ended) -> Failure:
    if "Permission" in ended.detail:
        return Failure(
            "program-not-executable",
            Text(nl="Het programma mag niet uitgevoerd worden.", en="The program may not be executed."),
            Text(
                nl="Maak het uitvoerbaar (chmod +x) vóór u de bundel maakt.",
                en="Make it executable (chmod +x) before you make the bundle.",
            ),
        )
    if "Exec format" in ended.detail:
        return Failure(
            "program-not-executable",
            Text(nl="Dit is geen programma voor deze machine.", en="This is no program for this machine."),
            Text(
                nl="Begin een script met #!/bin/sh, of bouw het programma voor Linux op deze processor.",
                en="Start a script with #!/bin/sh, or build the program for Linux on this processor.",
            ),
        )
    return _program_missing(ended.detail)


def _program_missing(said: str) -> Failure:
    return Failure(
        "program-not-found",
        Text(nl=f"Het programma bestaat niet: {said}", en=f"The program does not exist: {said}"),
        Text(
            nl="Controleer run.command in component.yaml; een bestand in de bundel begint met ./",
            en="Check run.command in component.yaml; a file in the bundle starts with ./",
        ),
    )


def _limit(ended: Ended, limits: Limits) -> Failure:
    key, allowed, what = {
        "memory-limit": ("memoryMiB", f"{limits.memory_mib} MiB", Text(nl="geheugen", en="memory")),
        "process-limit": ("processes", str(limits.processes), Text(nl="processen", en="processes")),
        "cpu-limit": ("cpuSeconds", f"{limits.cpu_seconds} s", Text(nl="rekentijd", en="processor time")),
        "disk-limit": ("diskMiB", f"{limits.disk_mib} MiB", Text(nl="schijfruimte", en="disk space")),
        "file-size-limit": ("diskMiB", f"{limits.disk_mib} MiB", Text(nl="ruimte in één bestand", en="one file")),
    }[ended.code]
    return Failure(
        ended.code,
        Text(
            nl=f"De component gebruikte meer {what.nl} dan {allowed} en werd beëindigd.",
            en=f"The component used more {what.en} than {allowed} and was ended.",
        ),
        Text(
            nl=f"Gebruik minder, of vraag meer met resources.{key} in component.yaml.",
            en=f"Use less, or ask for more with resources.{key} in component.yaml.",
        ),
    )


def _see_log(said: str) -> Text:
    quote_nl = f" De laatste regel is: {said}" if said else " Het logboek is leeg."
    quote_en = f" Its last line is: {said}" if said else " The log is empty."
    return Text(nl=f"Kijk in het logboek van de component.{quote_nl}", en=f"Look in the component's log.{quote_en}")


def _signal_name(number: int | None) -> str:
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return str(number)


_INSTALL: dict[str, tuple[Text, Text, bool]] = {
    "requirement-unknown": (
        Text(nl="Een pakket of een versie bestaat niet.", en="A package or a version does not exist."),
        Text(
            nl="Controleer de naam en de versie bij run.python.requirements.",
            en="Check the name and the version under run.python.requirements.",
        ),
        False,
    ),
    "requirement-conflict": (
        Text(nl="De pakketten gaan niet samen.", en="The packages do not go together."),
        Text(
            nl="Kies versies die samengaan; probeer het uit in een lege virtuele omgeving.",
            en="Choose versions that go together; try it out in an empty virtual environment.",
        ),
        False,
    ),
    "requirement-no-wheel": (
        Text(
            nl="Een pakket bestaat niet als kant-en-klare wheel voor deze Python.",
            en="A package does not exist as a ready-built wheel for this Python.",
        ),
        Text(
            nl="Kies een versie met een wheel; in een proeftuin wordt niets gebouwd.",
            en="Choose a version with a wheel; nothing is built in a sandbox.",
        ),
        False,
    ),
    "index-unreachable": (
        Text(nl="De pakketindex antwoordt niet.", en="The package index does not answer."),
        AGAIN,
        True,
    ),
    "install-timeout": (
        Text(nl="Het installeren duurde langer dan tien minuten.", en="Installing took longer than ten minutes."),
        Text(nl="Gebruik minder of kleinere pakketten.", en="Use fewer or smaller packages."),
        False,
    ),
    "install-failed": (
        Text(nl="De pakketten kunnen niet geïnstalleerd worden.", en="The packages cannot be installed."),
        Text(
            nl="Installeer ze eens in een lege virtuele omgeving en volg de aanwijzing.",
            en="Install them in an empty virtual environment and follow what it says.",
        ),
        False,
    ),
}
