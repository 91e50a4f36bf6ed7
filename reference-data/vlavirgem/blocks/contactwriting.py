"""Writing in the contact database: giving and withdrawing a consent, and another way of being reached."""

from collections.abc import Callable
from typing import Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.resources import MemberNumber, Resource, SentNumber
from vlavirgem.blocks.routes import Answers, add_route
from vlavirgem.blocks.values import YesNo
from vlavirgem.blocks.writing import (
    IdempotencyKey,
    IfMatch,
    Writing,
    answer_written,
    conflict,
    nothing_given,
    read_to_change,
    write,
    writing_answers,
)
from vlavirgem.living.events import CONSENT_GIVEN, CONSENT_WITHDRAWN, PREFERENCE_CHANGED
from vlavirgem.store.accounts import keys_of
from vlavirgem.store.contact import ON_PAPER, add_consent, end_consent, lives_here, set_preference, why_no_consent
from vlavirgem.store.tokens import revoke_all

_Channel = Literal["Email", "Sms", "Passief"]
_CONFLICT = "De gegevens laten het nu niet toe."


class NewConsent(BaseModel):
    """Wat een inwoner toelaat."""

    model_config = ConfigDict(extra="forbid", title="NieuweToestemming")

    persoonId: SentNumber = Field(description="Nummer van de inwoner.")  # noqa: N815 - as sent
    activiteitId: SentNumber = Field(description="Nummer van de verwerkingsactiviteit.")  # noqa: N815 - idem
    kanaal: _Channel = Field(default="Passief", description="Hoe de inwoner het liet weten.")


class Withdrawal(BaseModel):
    """Niets: er valt niets te kiezen."""

    model_config = ConfigDict(extra="forbid", title="Intrekking")


class Preference(BaseModel):
    """Hoe een inwoner voortaan bereikt wil worden; wat u niet meestuurt, blijft zoals het is."""

    model_config = ConfigDict(extra="forbid", title="Voorkeurwijziging", json_schema_extra={"minProperties": 1})

    kanaal: _Channel | None = Field(default=None, description="`Passief` is per brief of aan het loket.")
    ebox: YesNo | None = Field(default=None, description="Een actieve eBox; niet samen met `Passief`.")


def writing_routes(*, preferences: Resource, consents: Resource) -> Callable[[FastAPI], None]:
    """Give what adds the routes that write in these collections."""

    def add_routes(app: FastAPI) -> None:
        answers = writing_answers(consents.schema, status=201, conflict=_CONFLICT)
        made: Answers = {code: answers[code] for code in (201, 400, 409, 503)}
        path = f"/{consents.path}"
        routes: tuple[tuple[str, Callable[..., Response], str, str, str, Answers], ...] = (
            (path, _giving(consents), "geef-toestemming", "Noteer een toestemming", "POST", made),
            (
                f"{path}/{{id}}/intrekkingen",
                _withdrawing(consents),
                "trek-toestemming-in",
                "Trek een toestemming in",
                "POST",
                answers,
            ),
            (
                f"/{preferences.path}/{{id}}",
                _preferring(preferences),
                "wijzig-contactvoorkeur",
                "Wijzig hoe iemand bereikt wil worden",
                "PATCH",
                writing_answers(preferences.schema, status=200, conflict=_CONFLICT),
            ),
        )
        for where, handler, name, text, method, told in routes:
            status = 201 if method == "POST" else 200
            add_route(app, where, handler, name=name, summary=text, answers=told, method=method, status=status)

    return add_routes


def _giving(consents: Resource) -> Callable[..., Response]:
    def give(request: Request, wanted: NewConsent, key: IdempotencyKey = None) -> Response:
        """Noteer dat een inwoner iets toelaat. Wat een toepassing ziet, vraagt ze zelf bij het aanmelden."""

        def do(writing: Writing) -> Response:
            person, activity = wanted.persoonId, wanted.activiteitId
            refusal = why_no_consent(writing.connection, person=person, activity=activity)
            if refusal:
                raise conflict(refusal.name, refusal.nl, en=refusal.en)
            number = add_consent(writing.connection, person=person, activity=activity, channel=wanted.kanaal)
            writing.tell(CONSENT_GIVEN, f"persoon/{person}")
            return answer_written(request, consents, number, writing=writing)

        return write(request, do, given=wanted, key=key)

    return give


def _withdrawing(consents: Resource) -> Callable[..., Response]:
    def withdraw(
        request: Request, number: MemberNumber, if_match: IfMatch = None, key: IdempotencyKey = None
    ) -> Response:
        """Trek een toestemming in. Ging ze over wat een toepassing ziet, dan tellen haar tokens niet meer."""

        def do(writing: Writing) -> Response:
            row = read_to_change(request, consents, number, writing=writing, if_match=if_match)
            if row["status"] != "toegelaten" or row["ingetrokken_op"] is not None:
                raise conflict("id", "deze toestemming telt al niet meer", en="This consent ended already.")
            person = row["persoon_id"]
            client_id = end_consent(writing.connection, number)
            if client_id is not None:
                revoke_all(writing.connection, client_id=client_id, accounts=keys_of(writing.connection, person))
            writing.tell(CONSENT_WITHDRAWN, f"persoon/{person}")
            return answer_written(request, consents, number, writing=writing)

        return write(request, do, given=Withdrawal(), key=key)

    return withdraw


def _preferring(preferences: Resource) -> Callable[..., Response]:
    def prefer(request: Request, number: MemberNumber, wanted: Preference, if_match: IfMatch = None) -> Response:
        """Wijzig hoe iemand bereikt wil worden. Wie per brief bereikt wil worden, heeft geen actieve eBox meer."""
        if wanted.kanaal is None and wanted.ebox is None:
            raise nothing_given()

        def do(writing: Writing) -> Response:
            row = read_to_change(request, preferences, number, writing=writing, if_match=if_match)
            channel = wanted.kanaal or row["kanaal"]
            if not lives_here(writing.connection, row["persoon_id"]):
                raise conflict("id", "deze persoon woont er niet meer", en="This person no longer lives here.")
            if wanted.ebox and channel == ON_PAPER:
                raise conflict("ebox", "een eBox is niet op papier", en="An eBox is not on paper.")
            ebox = row["ebox"] if wanted.ebox is None else wanted.ebox
            set_preference(writing.connection, number, channel=channel, ebox=ebox and channel != ON_PAPER)
            writing.tell(PREFERENCE_CHANGED, f"persoon/{row['persoon_id']}")
            return answer_written(request, preferences, number, writing=writing, status=200)

        return write(request, do, given=wanted, key=None)

    return prefer
