"""Every code a verification can give, with its sentence in Dutch and English. The codes are stable."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from proeftuin_conformance.texts import Text

SENTENCES: Final = MappingProxyType(
    {
        "badge-valid": Text("De badge is geldig.", "The badge is valid."),
        "badge-check-skipped": Text(
            "Niet nagekeken ({name}), want een eerdere controle is mislukt.",
            "Not checked ({name}), because an earlier check failed.",
        ),
        "badge-readable": Text("Het document is leesbaar.", "The document can be read."),
        "badge-unreadable": Text("Het document is onleesbaar: {reason}.", "The document cannot be read: {reason}."),
        "badge-profile-kept": Text(
            "De badge heeft de vorm van een Open Badge 3.0 van proeftuin.",
            "The badge has the shape of a proeftuin Open Badge 3.0.",
        ),
        "badge-profile-departed": Text(
            "Het document heeft niet de vorm van een badge van proeftuin: {place}.",
            "The document does not have the shape of a proeftuin badge: {place}.",
        ),
        "badge-signature-good": Text(
            "Beide handtekeningen kloppen, gezet met sleutel {key}.",
            "Both signatures are good, made with key {key}.",
        ),
        "badge-signature-wrong": Text(
            "De handtekening ({suite}) klopt niet: het document is gewijzigd of vervalst.",
            "The signature ({suite}) is wrong: the document was changed or forged.",
        ),
        "badge-key-foreign": Text(
            "De handtekening noemt een sleutel die niet bij de uitgever hoort: {reason}.",
            "The signature names a key that does not belong to the issuer: {reason}.",
        ),
        "badge-keys-differ": Text(
            "De twee handtekeningen zijn met verschillende sleutels gezet.",
            "The two signatures were made with different keys.",
        ),
        "badge-issuer-trusted": Text("{issuer} is een vertrouwde uitgever.", "{issuer} is a trusted issuer."),
        "badge-issuer-unknown": Text(
            "De handtekening klopt, maar de uitgever {issuer} staat niet in uw lijst van vertrouwde uitgevers.",
            "The signature is good, but the issuer {issuer} is not in your list of trusted issuers.",
        ),
        "badge-key-unknown": Text(
            "De handtekening klopt, maar sleutel {key} is geen sleutel van {issuer}.",
            "The signature is good, but key {key} is not a key of {issuer}.",
        ),
        "badge-key-revoked": Text(
            "{issuer} heeft sleutel {key} ingetrokken; niets wat ermee is ondertekend, telt nog.",
            "{issuer} revoked key {key}; nothing signed with it counts any more.",
        ),
        "badge-key-retired": Text(
            "{issuer} gebruikte sleutel {key} niet meer toen de badge werd ondertekend.",
            "{issuer} no longer used key {key} when the badge was signed.",
        ),
        "badge-signed-in-future": Text(
            "De handtekening draagt een datum in de toekomst: {created}.",
            "The signature carries a date in the future: {created}.",
        ),
        "badge-in-period": Text("De badge geldt van {start} tot {end}.", "The badge runs from {start} to {end}."),
        "badge-not-yet-valid": Text(
            "De badge geldt nog niet; ze begint op {start}.", "The badge is not valid yet; it starts at {start}."
        ),
        "badge-expired": Text("De badge is verlopen op {end}.", "The badge expired at {end}."),
        "badge-not-revoked": Text(
            "De badge is niet ingetrokken (statuslijst bruikbaar tot {end}).",
            "The badge is not revoked (status list usable until {end}).",
        ),
        "badge-revoked": Text(
            "De uitgever heeft de badge ingetrokken (statuslijst van {since}).",
            "The issuer revoked the badge (status list of {since}).",
        ),
        "badge-status-unknown": Text(
            "Niet bekend of de badge is ingetrokken: er is geen statuslijst bij de hand.",
            "Not known whether the badge was revoked: there is no status list at hand.",
        ),
        "badge-status-list-stale": Text(
            "Niet bekend of de badge is ingetrokken: de statuslijst was bruikbaar tot {end}.",
            "Not known whether the badge was revoked: the status list was usable until {end}.",
        ),
        "badge-status-list-future": Text(
            "De statuslijst geldt pas vanaf {start}.", "The status list only applies from {start}."
        ),
        "badge-status-list-other": Text(
            "Dit is niet de statuslijst van deze badge: verwacht {expected}, gekregen {actual}.",
            "This is not the status list of this badge: expected {expected}, got {actual}.",
        ),
        "badge-status-list-wrong": Text(
            "De statuslijst is niet te vertrouwen: {reason}", "The status list cannot be trusted: {reason}"
        ),
    }
)


def say(code: str, **facts: object) -> Text:
    """Give the sentence of `code` with `facts` filled in; a fact that is a `Text` speaks both languages."""
    sentence = SENTENCES[code]
    nl = {name: fact.nl if isinstance(fact, Text) else fact for name, fact in facts.items()}
    en = {name: fact.en if isinstance(fact, Text) else fact for name, fact in facts.items()}
    return Text(nl=sentence.nl.format(**nl), en=sentence.en.format(**en))
