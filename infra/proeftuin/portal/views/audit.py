"""The lines of the audit log in words: who did what, with a link to what still has a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

ACTIONS = {
    "badge.issue": Text(nl="badge uitgereikt", en="badge issued"),
    "badge.revoke": Text(nl="badge ingetrokken", en="badge revoked"),
    "claim.make": Text(nl="belofte gedaan", en="claim made"),
    "claim.withdraw": Text(nl="belofte ingetrokken", en="claim withdrawn"),
    "component.deploy": Text(nl="component uitgerold", en="component deployed"),
    "component.stop": Text(nl="component gestopt", en="component stopped"),
    "image.expire": Text(nl="ongebruikt image verwijderd", en="unused image removed"),
    "image.remove": Text(nl="image verwijderd", en="image removed"),
    "image.upload": Text(nl="image geüpload", en="image uploaded"),
    "member.add": Text(nl="lid toegevoegd", en="member added"),
    "member.change": Text(nl="rechten van een lid gewijzigd", en="rights of a member changed"),
    "member.remove": Text(nl="lid verwijderd", en="member removed"),
    "organisation.change": Text(nl="organisatie gewijzigd", en="organisation changed"),
    "organisation.create": Text(nl="organisatie toegevoegd", en="organisation added"),
    "person.create": Text(nl="persoon bekend geworden", en="person became known"),
    "release.add": Text(nl="versie toegevoegd", en="version added"),
    "release.replace": Text(nl="versie vervangen", en="version replaced"),
    "run.cancel": Text(nl="toets afgebroken", en="test run cancelled"),
    "run.fail": Text(nl="toets stukgelopen", en="test run broke down"),
    "run.finish": Text(nl="toets afgewerkt", en="test run finished"),
    "run.request": Text(nl="toets gevraagd", en="test run requested"),
    "sandbox.cordon": Text(nl="toegang tot nieuwe proeftuinen gesloten", en="new sandboxes held off"),
    "sandbox.create": Text(nl="proeftuin geopend", en="sandbox opened"),
    "sandbox.destroy": Text(nl="proeftuin opgeruimd", en="sandbox cleaned up"),
    "sandbox.expire": Text(nl="proeftuin verlopen", en="sandbox expired"),
    "sandbox.extend": Text(nl="proeftuin verlengd", en="sandbox extended"),
    "sandbox.live": Text(nl="gemeente verder laten leven", en="municipality lived on"),
    "sandbox.preview": Text(nl="link naar een component gemaakt", en="link to a component made"),
    "sandbox.preview_revoke": Text(nl="link naar een component ingetrokken", en="link to a component revoked"),
    "sandbox.prove": Text(nl="afscherming opnieuw bewezen", en="isolation proved again"),
    "sandbox.reset": Text(nl="gemeente teruggezet", en="municipality reset"),
    "sandbox.resume": Text(nl="proeftuin hervat", en="sandbox resumed"),
    "sandbox.suspend": Text(nl="proeftuin gepauzeerd", en="sandbox suspended"),
    "sandbox.uncordon": Text(nl="toegang tot nieuwe proeftuinen geopend", en="new sandboxes let in again"),
    "session.close": Text(nl="afgemeld", en="signed out"),
    "session.close_all": Text(nl="overal afgemeld", en="signed out everywhere"),
    "session.forget": Text(nl="oude aanmelding vergeten", en="old sign-in forgotten"),
    "session.open": Text(nl="aangemeld", en="signed in"),
    "solution.create": Text(nl="oplossing toegevoegd", en="solution added"),
    "solution.edit": Text(nl="oplossing gewijzigd", en="solution changed"),
    "solution.undo": Text(nl="wijziging ongedaan gemaakt", en="change undone"),
    "solution.withdraw": Text(nl="oplossing uit de catalogus gehaald", en="solution taken out of the catalogue"),
    "token.create": Text(nl="token gemaakt", en="token made"),
    "token.revoke": Text(nl="token ingetrokken", en="token revoked"),
}
"""What the actions of the audit log mean; one without words is shown as it is."""

_PAGES = {"sbx": "/proeftuin/", "run": "/toetsen/", "bdg": "/badges/"}
"""Kind of id → where its page is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who changed what; `action` and `subject` as the audit log has them."""

    at: datetime
    who: str
    action: str
    subject: str

    @property
    def what(self) -> Text:
        """The action in words."""
        return ACTIONS.get(self.action, Text(nl=self.action, en=self.action))

    @property
    def href(self) -> str | None:
        """The page of what changed, when its kind has one."""
        page = _PAGES.get(self.subject.partition("-")[0])
        return f"{page}{self.subject}" if page else None
