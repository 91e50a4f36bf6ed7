"""What a supplier may write, and the rules it must keep; every fault is found at once and pointed at."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from proeftuin_catalogue.errors import SolutionInvalidError
from proeftuin_catalogue.vocabulary import Domain, Hosting, Status
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_LENGTH = 120
SHORT_LENGTH = 300
LONG_LENGTH = 10_000
LICENCE_LENGTH = 80
URL_LENGTH = 500
ALIASES = 20
LICENCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9.+() -]*$"
URL_PATTERN = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$"
DIGEST_PATTERN = r"^sha256:[0-9a-f]{64}$"
SLUG_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
ID_PATTERN = r"^sol-[0-9a-hjkmnp-tv-z]{26}$"
PROPRIETARY = "proprietary"

_URL = re.compile(URL_PATTERN)
_LICENCE = re.compile(LICENCE_PATTERN)
_SLUG = re.compile(SLUG_PATTERN)
_ID = re.compile(ID_PATTERN)
_EDITABLE_STATUS = (Status.CONCEPT, Status.ACTIVE)
_NO_TEXT = Text(nl="", en="")
_ADDRESSES = ("website", "source_url", "documentation_url", "contact_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionDraft:
    """What a supplier says of a solution.

    Attributes:
        name: An empty English text takes over the Dutch one, here and below.
        licence: An SPDX licence expression, or `proprietary`.
        domains: Functions of a municipality (`vocabulary.Domain`).
        contact_url: A page or form of the organisation; never a person.
        aliases: Earlier addresses of the source code or the product, so that a move loses nothing.
    """

    name: Text
    short: Text
    long: Text = _NO_TEXT
    licence: str = PROPRIETARY
    domains: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    status: str = Status.ACTIVE
    website: str | None = None
    source_url: str | None = None
    documentation_url: str | None = None
    contact_url: str | None = None
    aliases: tuple[str, ...] = ()

    def as_content(self) -> dict[str, Any]:
        """Give the JSON form that is stored; the status has its own column."""
        content: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            content[each.name] = value.as_dict() if isinstance(value, Text) else value
        del content["status"]
        return {**content, **{name: list(content[name]) for name in ("domains", "hosting", "aliases")}}

    @classmethod
    def of_content(cls, content: Mapping[str, Any], *, status: str) -> SolutionDraft:
        """Read the stored form back; fields that later versions added get their defaults."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in content.items() if name in known}
        for name, value in values.items():
            if isinstance(value, dict):
                values[name] = Text(**value)
            elif isinstance(value, list):
                values[name] = tuple(value)
        return cls(**values, status=status)


@dataclass(slots=True)
class Faults:
    """Collects what is wrong, with the place in the input as a JSON pointer."""

    found: list[dict[str, Any]] = field(default_factory=list)

    def add(self, pointer: str, *, nl: str, en: str) -> None:
        """Note one fault."""
        self.found.append({"pointer": pointer, "detail": {"nl": nl, "en": en}})

    def stop(self) -> None:
        """End here when anything is wrong.

        Raises:
            SolutionInvalidError: with every fault found.
        """
        if self.found:
            first = self.found[0]["detail"]
            raise SolutionInvalidError(
                Text(
                    nl=f"De gegevens zijn niet bewaard: {first['nl']}",
                    en=f"The data was not saved: {first['en']}",
                ),
                extra={"errors": self.found},
            )


def checked(draft: SolutionDraft) -> SolutionDraft:
    """Tidy a draft (spaces, licence spelling, doubles) and check every rule.

    Raises:
        SolutionInvalidError: with every fault found.
    """
    faults = Faults()
    name = _text(draft.name, "name", NAME_LENGTH, faults, required=True, lines=False)
    short = _text(draft.short, "short", SHORT_LENGTH, faults, required=True, lines=False)
    long = _text(draft.long, "long", LONG_LENGTH, faults, required=False, lines=True)
    _choices(draft.domains, Domain, "domains", faults)
    _choices(draft.hosting, Hosting, "hosting", faults)
    if draft.status not in _EDITABLE_STATUS:
        faults.add(
            "/status",
            nl="kies 'concept' of 'active'; intrekken is een aparte handeling",
            en="choose 'concept' or 'active'; withdrawing is an action of its own",
        )
    addresses = {name: _address(getattr(draft, name), f"/{name}", faults) for name in _ADDRESSES}
    if len(draft.aliases) > ALIASES:
        faults.add("/aliases", nl=f"hoogstens {ALIASES} adressen", en=f"at most {ALIASES} addresses")
    aliases = tuple(
        dict.fromkeys(
            address
            for place, alias in enumerate(draft.aliases[:ALIASES])
            if (address := _address(alias, f"/aliases/{place}", faults))
        )
    )
    licence = _licence(draft.licence, faults)
    faults.stop()
    return SolutionDraft(
        name=name,
        short=short,
        long=long,
        licence=licence,
        domains=tuple(dict.fromkeys(draft.domains)),
        hosting=tuple(dict.fromkeys(draft.hosting)),
        status=Status(draft.status),
        website=addresses["website"],
        source_url=addresses["source_url"],
        documentation_url=addresses["documentation_url"],
        contact_url=addresses["contact_url"],
        aliases=aliases,
    )


def slug_of(name: str) -> str:
    """Make a short name for addresses from a name for people; `oplossing` when nothing usable is in it."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:50].strip("-")
    return slug if slug and not _ID.fullmatch(slug) else "oplossing"


def checked_slug(slug: str) -> str:
    """Check a short name that the supplier chose.

    Raises:
        SolutionInvalidError: it is no DNS label, or looks like an id.
    """
    faults = Faults()
    if not _SLUG.fullmatch(slug) or _ID.fullmatch(slug):
        faults.add(
            "/slug",
            nl="gebruik 1 tot 63 kleine letters, cijfers en streepjes",
            en="use 1 to 63 lower-case letters, digits and hyphens",
        )
    faults.stop()
    return slug


def _text(value: Text, field_name: str, longest: int, faults: Faults, *, required: bool, lines: bool) -> Text:
    dutch = value.nl.strip()
    english = value.en.strip() or dutch
    if required and not dutch:
        faults.add(f"/{field_name}/nl", nl="deze tekst is verplicht", en="this text is required")
    for language, words in (("nl", dutch), ("en", english)):
        pointer = f"/{field_name}/{language}"
        if len(words) > longest:
            faults.add(pointer, nl=f"hoogstens {longest} tekens", en=f"at most {longest} characters")
        if not is_clean(words, lines=lines):
            faults.add(
                pointer,
                nl="deze tekst bevat stuurtekens of ongeldige tekens",
                en="this text holds control characters or invalid characters",
            )
    return Text(nl=dutch, en=english)


def is_clean(words: str, *, lines: bool) -> bool:
    """Tell whether a text has no control characters (NUL above all) and no halves of surrogate pairs."""
    allowed = "\n\r\t" if lines else ""
    return all(character in allowed or unicodedata.category(character) not in {"Cc", "Cs"} for character in words)


def _choices(values: tuple[str, ...], choices: type[Domain | Hosting], field_name: str, faults: Faults) -> None:
    known = {str(choice) for choice in choices}
    for place, value in enumerate(values):
        if value not in known:
            faults.add(
                f"/{field_name}/{place}",
                nl=f"'{value[:80]}' staat niet in de lijst: {', '.join(sorted(known))}",
                en=f"'{value[:80]}' is not in the list: {', '.join(sorted(known))}",
            )


def _address(value: str | None, pointer: str, faults: Faults) -> str | None:
    address = (value or "").strip()
    if not address:
        return None
    if len(address) > URL_LENGTH or not _URL.fullmatch(address):
        faults.add(
            pointer,
            nl=f"geef een adres dat met http:// of https:// begint, van hoogstens {URL_LENGTH} tekens",
            en=f"give an address that starts with http:// or https://, of at most {URL_LENGTH} characters",
        )
    return address


def _licence(value: str, faults: Faults) -> str:
    """Spell a licence as SPDX does; one that SPDX does not list becomes a `LicenseRef-…`, as SPDX asks."""
    licence = value.strip()
    if licence.lower() == PROPRIETARY:
        return PROPRIETARY
    if len(licence) > LICENCE_LENGTH or not _LICENCE.fullmatch(licence):
        faults.add(
            "/licence",
            nl="schrijf een SPDX-licentie zoals EUPL-1.2 of MIT, of 'proprietary'",
            en="write an SPDX licence such as EUPL-1.2 or MIT, or 'proprietary'",
        )
        return licence
    try:
        return str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression:
        return f"LicenseRef-{re.sub(r'[^A-Za-z0-9.]+', '-', licence).strip('-')}"
