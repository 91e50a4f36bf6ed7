"""What a request to a route has besides its address, so that who may ask gets through. By route."""

from __future__ import annotations

from typing import Any

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/organisations": {"slug": "{fresh}", "kind": "vendor", "name": "Nieuw"},
    "PATCH /api/v1/organisations/{organisation_id}": {"name": "Andere naam"},
    "POST /api/v1/organisations/{organisation_id}/members": {"subject": "{fresh}"},
    "PATCH /api/v1/organisations/{organisation_id}/members/{member_id}": {"level": "admin"},
    "POST /api/v1/tokens": {"organisation": "{organisation_id}", "name": "proef", "scopes": []},
    "POST /api/v1/runs": {"deployment": "{deployment}", "kit": "api-regels"},
    "POST /api/v1/badge-verification": {"id": "urn:geen-badge"},
    "POST /api/v1/badges/{badge_id}/revocation": {"reason": "Proef."},
    "POST /api/v1/solutions": {
        "organisation": "{organisation_id}",
        "name": {"nl": "{fresh}"},
        "short": {"nl": "Een oplossing."},
        "licence": "EUPL-1.2",
    },
    "PATCH /api/v1/solutions/{key}": {"licence": "MIT"},
    "POST /api/v1/solutions/{key}/releases": {"version": "2.0.0"},
    "POST /api/v1/sandboxes": {"organisation": "{organisation_id}", "name": "Proef"},
    "POST /api/v1/sandboxes/{sandbox_id}/components/{name}/preview": {"minutes": 60},
    "POST /api/v1/operator/cordon": {"reason": {"nl": "Onderhoud.", "en": "Maintenance."}},
    "POST /api/v1/sandboxes/plan": {"organisation": "{organisation_id}", "name": "Proef"},
    "POST /api/v1/sandboxes/{sandbox_id}/extension": {"minutes": 1},
    "POST /api/v1/sandboxes/{sandbox_id}/live": {"days": 1},
}
"""What is sent as JSON. Places between braces are filled as in paths; `{fresh}` is a new DNS label every time."""

FORMS: dict[str, dict[str, Any]] = {
    "POST /proeftuinen": {"organisatie": "{organisation_id}", "naam": "Proef", "profiel": "gehucht", "minuten": "60"},
    "POST /proeftuin/{sandbox_id}/verlengen": {"minuten": "1"},
    "POST /proeftuin/{sandbox_id}/leven": {"dagen": "1"},
    "POST /beheer/proeftuinen/afsluiting": {"reden_nl": "Onderhoud.", "reden_en": "Maintenance."},
    "POST /proeftuin/{sandbox_id}/componenten/{name}/voorbeeldlink": {"hoelang": "60"},
    "POST /proeftuin/{sandbox_id}/componenten/{name}/toetsen": {"kit": "api-regels"},
    "POST /mijn/leden/{organisation_id}": {"kenmerk": "{fresh}", "mag": "meewerken"},
    "POST /mijn/leden/{organisation_id}/{member_id}/rechten": {"mag": "beheren"},
    "POST /mijn/tokens": {
        "organisatie": "{organisation_id}",
        "naam": "proef",
        "rechten": "sandbox:read",
        "dagen": "30",
    },
}
"""What is sent as a form."""

BUNDLES = {
    "PUT /api/v1/sandboxes/{sandbox_id}/components/{name}": None,
    "POST /proeftuin/{sandbox_id}/componenten": "bundel",
}
"""Where a component is sent: as the whole body, or as this field of a form."""

HEADERS = {"PATCH /api/v1/solutions/{key}": {"If-Match": "*"}}

_OWN = {"organisation": "{organisation_id}"}
QUERIES: dict[str, dict[str, str]] = {
    "POST /api/v1/images": _OWN,
    "GET /api/v1/images": _OWN,
    "GET /api/v1/images/{digest}": _OWN,
    "DELETE /api/v1/images/{digest}": _OWN,
    "GET /api/v1/tokens": {"organisation": "{organisation_id}"},
    "GET /api/v1/audit": {"organisation": "{organisation_id}"},
}

_NO_IMAGE = {"digest": "sha256:" + "0" * 64}
PLACES = {
    "POST /api/v1/runs/{run_id}/cancellation": {"run_id": "{waiting_run}"},
    "GET /static/{name:path}": {"name": "portal/icon.svg"},
    "DELETE /api/v1/sandboxes/{sandbox_id}/previews/{preview_id}": {"preview_id": "{preview}"},
    "POST /proeftuin/{sandbox_id}/voorbeeldlinks/{preview_id}/intrekken": {"preview_id": "{preview}"},
    "GET /api/v1/images/{digest}": _NO_IMAGE,
    "DELETE /api/v1/images/{digest}": _NO_IMAGE,
    "GET /mijn/images/{organisation_id}/{digest}": _NO_IMAGE,
    "GET /mijn/images/{organisation_id}/{digest}.json": _NO_IMAGE,
    "GET /mijn/images/{organisation_id}/{digest}/verwijderen": _NO_IMAGE,
    "POST /mijn/images/{organisation_id}/{digest}/verwijderen": _NO_IMAGE,
    "GET /voorbeeld/{token}": {"token": "x" * 43},
    **{
        f"{method} /voorbeeld/{{token}}/{{path:path}}": {"token": "x" * 43, "path": ""}
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
}
"""Another filling of places in paths, where the usual one says nothing."""
