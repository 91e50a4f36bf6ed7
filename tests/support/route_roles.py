"""Who may ask what: one row for every route of the assembled application, one column for every kind of user.

A status stands for itself; `+` means "let through": neither 401 nor 403 and no fault of ours, whatever else is
wrong with the request. Everybody but the stranger asks about their own organisation (visitor, operator, nobody and
scopeless: about the start-up); the stranger, of another organisation, asks about the start-up.

A new route makes `tests/api/test_route_roles.py` fail until it has a row here: think who may use it, then write it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody who tries every route.

    Attributes:
        person: The test person whose session it is; None for a visitor.
        about: Short name of the organisation about which is asked.
        has_token: Uses an API token without any scope instead of the session.
    """

    name: str
    person: str | None
    about: str = "startup-voorbeeld"
    has_token: bool = False


ACTORS = (
    Actor("visitor", None),
    Actor("startup", "test-startup"),
    Actor("colleague", "test-startup-collega"),
    Actor("vendor", "test-leverancier", "leverancier-voorbeeld"),
    Actor("municipality", "test-gemeente", "vlavirgem"),
    Actor("researcher", "test-onderzoeker", "onderzoeksgroep-voorbeeld"),
    Actor("operator", "test-beheerder"),
    Actor("nobody", "test-niemand"),
    Actor("scopeless", "test-startup", has_token=True),
    Actor("stranger", "test-leverancier-ander"),
)

# fmt: off
#                                             visitor      vendor         operator    stranger
#                                             |   startup  |   municip.   |   nobody  |
#                                             |   |   coll.|   |   resear.|   |   scopeless
ROUTES: dict[str, str] = {
    # health and description
    "GET /health/live":                        "200 200 200 200 200 200 200 200 200 200",
    "GET /health/ready":                       "+   +   +   +   +   +   +   +   +   +",
    "GET /api/v1/openapi.json":                "200 200 200 200 200 200 200 200 200 200",
    # identity
    "GET /api/v1/me":                          "401 200 200 200 200 200 200 200 200 200",
    "DELETE /api/v1/me/sessions":              "401 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/organisations":               "401 200 200 200 200 200 200 200 403 200",
    "POST /api/v1/organisations":              "401 403 403 403 403 403 201 403 403 403",
    "GET /api/v1/organisations/{organisation_id}":
                                               "401 200 200 200 200 200 200 403 403 403",
    "PATCH /api/v1/organisations/{organisation_id}":
                                               "401 200 403 200 200 200 200 403 403 403",
    "GET /api/v1/organisations/{organisation_id}/members":
                                               "401 200 200 200 200 200 200 403 403 403",
    "POST /api/v1/organisations/{organisation_id}/members":
                                               "401 201 403 201 201 201 201 403 403 403",
    "GET /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 200 200 200 200 200 200 403 403 403",
    "PATCH /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 200 403 200 200 200 200 403 403 403",
    "DELETE /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 204 403 204 204 204 204 403 403 403",
    "GET /api/v1/tokens":                      "401 200 200 200 200 200 200 403 403 403",
    "POST /api/v1/tokens":                     "401 201 201 201 201 201 403 403 403 403",
    "GET /api/v1/tokens/{token_id}":           "401 200 404 200 200 200 200 403 403 404",
    "DELETE /api/v1/tokens/{token_id}":        "401 204 404 204 204 204 204 403 403 404",
    "GET /api/v1/audit":                       "401 200 403 200 200 200 200 403 403 403",
    # runs
    "POST /api/v1/runs":                       "401 202 202 202 202 202 202 403 403 404",
    "GET /api/v1/runs":                        "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/runs/{run_id}":               "401 200 200 200 200 200 200 404 404 404",
    "POST /api/v1/runs/{run_id}/cancellation": "401 202 202 202 202 202 202 404 404 404",
    "GET /api/v1/runs/{run_id}/report":        "401 200 200 200 200 200 200 404 404 404",
    "GET /api/v1/runs/{run_id}/events":        "401 200 200 200 200 200 200 404 404 404",
    # badges are public, and so is the run behind one
    "GET /api/v1/badges":                      "200 200 200 200 200 200 200 200 200 200",
    "POST /api/v1/badge-verification":         "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/badges/{badge_id}":           "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/badges/{badge_id}/details":   "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/badges/{badge_id}/verification":
                                               "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/badges/{badge_id}/image.svg": "200 200 200 200 200 200 200 200 200 200",
    "POST /api/v1/badges/{badge_id}/revocation":
                                               "401 403 403 403 403 403 200 403 403 403",
    "GET /api/v1/status-lists/{list_id}":      "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/issuer":                      "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/trust-list":                  "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/schemas/badge":               "200 200 200 200 200 200 200 200 200 200",
    # the catalogue: reading is for everybody, writing for who offers; towns and researchers offer nothing
    "GET /api/v1/solutions":                   "200 200 200 200 200 200 200 200 200 200",
    "POST /api/v1/solutions":                  "401 201 201 201 403 403 201 403 403 403",
    "GET /api/v1/solutions/{key}":             "200 200 200 200 200 200 200 200 200 200",
    "PATCH /api/v1/solutions/{key}":           "401 200 200 200 403 403 200 403 403 403",
    "DELETE /api/v1/solutions/{key}":          "401 204 204 204 403 403 204 403 403 403",
    "POST /api/v1/solutions/{key}/undo":       "401 200 200 200 403 403 200 403 403 403",
    "GET /api/v1/solutions/{key}/history":     "401 200 200 200 403 403 200 403 403 403",
    "POST /api/v1/solutions/{key}/releases":   "401 201 201 201 403 403 201 403 403 403",
    "PUT /api/v1/solutions/{key}/releases/{version}/claims/{kit}":
                                               "401 200 200 200 403 403 200 403 403 403",
    "DELETE /api/v1/solutions/{key}/releases/{version}/claims/{kit}":
                                               "401 204 204 204 403 403 204 403 403 403",
    "GET /api/v1/standards":                   "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/standards/{kit}":             "200 200 200 200 200 200 200 200 200 200",
    # sandboxes: what is not yours does not exist
    "POST /api/v1/sandboxes":                  "401 202 202 202 202 202 202 403 403 403",
    "POST /api/v1/sandboxes/plan":             "401 200 200 200 200 200 200 403 403 403",
    "GET /api/v1/sandboxes":                   "401 200 200 200 200 200 200 403 403 200",
    "GET /api/v1/sandboxes/capabilities":      "200 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/sandboxes/{sandbox_id}":      "401 200 200 200 200 200 200 404 404 404",
    "DELETE /api/v1/sandboxes/{sandbox_id}":   "401 202 202 202 202 202 202 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/extension":
                                               "401 200 200 200 200 200 200 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/reset":
                                               "401 202 202 202 202 202 202 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/live":
                                               "401 202 202 202 202 202 202 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/suspend":
                                               "401 202 202 202 202 202 202 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/resume":
                                               "401 202 202 202 202 202 202 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/prove":
                                               "401 202 202 202 202 202 202 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/proofs":
                                               "401 200 200 200 200 200 200 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/components/{name}/preview":
                                               "401 201 201 201 201 201 201 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/previews":
                                               "401 200 200 200 200 200 200 404 404 404",
    "DELETE /api/v1/sandboxes/{sandbox_id}/previews/{preview_id}":
                                               "401 204 204 204 204 204 204 404 404 404",
    # links are for whoever holds them; this one exists nowhere
    **{f"{method} /voorbeeld/{{token}}/{{path:path}}": "404 404 404 404 404 404 404 404 404 404"
       for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")},
    "GET /voorbeeld/{token}":                  "307 307 307 307 307 307 307 307 307 307",
    # uploaded images; the backend of these tests runs none, and nobody has this one
    "POST /api/v1/images":                     "401 409 409 409 409 409 409 403 403 403",
    "GET /api/v1/images":                      "401 200 200 200 200 200 200 403 403 403",
    "GET /api/v1/images/{digest}":             "401 404 404 404 404 404 404 403 403 403",
    "DELETE /api/v1/images/{digest}":          "401 404 404 404 404 404 404 403 403 403",
    # the operator's own
    "GET /api/v1/operator/sandboxes":          "401 403 403 403 403 403 200 403 403 403",
    "POST /api/v1/operator/cordon":            "401 403 403 403 403 403 200 403 403 403",
    "DELETE /api/v1/operator/cordon":          "401 403 403 403 403 403 204 403 403 403",
    "GET /api/v1/sandboxes/{sandbox_id}/events":
                                               "401 200 200 200 200 200 200 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/components":
                                               "401 200 200 200 200 200 200 404 404 404",
    "PUT /api/v1/sandboxes/{sandbox_id}/components/{name}":
                                               "401 202 202 202 202 202 202 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/components/{name}":
                                               "401 200 200 200 200 200 200 404 404 404",
    "DELETE /api/v1/sandboxes/{sandbox_id}/components/{name}":
                                               "401 202 202 202 202 202 202 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/components/{name}/logs":
                                               "401 200 200 200 200 200 200 404 404 404",
    "GET /api/v1/sandboxes/{sandbox_id}/components/{name}/events":
                                               "401 200 200 200 200 200 200 404 404 404",
    "POST /api/v1/sandboxes/{sandbox_id}/components/{name}/publication":
                                               "401 201 201 201 403 403 201 404 404 404",
    "GET /schemas/component.v1.json":          "200 200 200 200 200 200 200 200 200 200",
    # signing in and out
    "GET /aanmelden":                          "303 303 303 303 303 303 303 303 303 303",
    "GET /aanmelden/terug":                    "400 303 303 303 303 303 303 303 400 303",
    "POST /afmelden":                          "303 303 303 303 303 303 303 303 303 303",
    "GET /afgemeld":                           "200 200 200 200 200 200 200 200 200 200",
    # the test identity provider (development only)
    "GET /test-idp/.well-known/openid-configuration":
                                               "200 200 200 200 200 200 200 200 200 200",
    "GET /test-idp/jwks":                      "200 200 200 200 200 200 200 200 200 200",
    "GET /test-idp/authorize":                 "400 400 400 400 400 400 400 400 400 400",
    "POST /test-idp/authorize":                "400 400 400 400 400 400 400 400 400 400",
    "POST /test-idp/token":                    "401 401 401 401 401 401 401 401 401 401",
    "GET /test-idp/userinfo":                  "401 401 401 401 401 401 401 401 401 401",
    "GET /test-idp/end_session":               "303 303 303 303 303 303 303 303 303 303",
    # pages for everybody
    "GET /":                                   "200 200 200 200 200 200 200 200 200 200",
    "GET /straat.json":                        "200 200 200 200 200 200 200 200 200 200",
    "GET /catalogus":                          "200 200 200 200 200 200 200 200 200 200",
    "GET /catalogus.json":                     "303 303 303 303 303 303 303 303 303 303",
    "GET /catalogus.csv":                      "200 200 200 200 200 200 200 200 200 200",
    "GET /oplossingen/{slug}":                 "200 200 200 200 200 200 200 200 200 200",
    "GET /oplossingen/{slug}.json":            "303 303 303 303 303 303 303 303 303 303",
    "GET /badges/{badge_id}":                  "200 200 200 200 200 200 200 200 200 200",
    "GET /badges/{badge_id}.json":             "303 303 303 303 303 303 303 303 303 303",
    "GET /kits":                               "200 200 200 200 200 200 200 200 200 200",
    "GET /kits.json":                          "303 303 303 303 303 303 303 303 303 303",
    "GET /kits/{kit}":                         "200 200 200 200 200 200 200 200 200 200",
    "GET /kits/{kit}.json":                    "303 303 303 303 303 303 303 303 303 303",
    "GET /kits/{kit}/{version}":               "200 200 200 200 200 200 200 200 200 200",
    "GET /kits/{kit}/{version}.json":          "303 303 303 303 303 303 303 303 303 303",
    "GET /id/component/{name}/{version}":      "+   +   +   +   +   +   +   +   +   +",
    "GET /id/component/{name}/{version}.json": "+   +   +   +   +   +   +   +   +   +",
    "GET /toetsen":                            "200 200 200 200 200 200 200 200 200 200",
    "GET /toetsen.json":                       "303 303 303 303 303 303 303 303 303 303",
    "GET /over":                               "200 200 200 200 200 200 200 200 200 200",
    "GET /over.json":                          "200 200 200 200 200 200 200 200 200 200",
    "GET /docs/fouten":                        "200 200 200 200 200 200 200 200 200 200",
    "GET /docs/fouten.json":                   "200 200 200 200 200 200 200 200 200 200",
    "GET /stijl":                              "200 200 200 200 200 200 200 200 200 200",
    "GET /static/{name:path}":                 "200 200 200 200 200 200 200 200 200 200",
    "GET /favicon.ico":                        "307 307 307 307 307 307 307 307 307 307",
    # pages of an organisation; `.json` leads to the API, which decides
    "GET /proeftuinen":                        "401 200 200 200 200 200 200 200 200 200",
    "GET /proeftuinen.json":                   "303 303 303 303 303 303 303 303 303 303",
    "GET /proeftuinen/nieuw":                  "401 200 200 200 200 200 200 200 200 200",
    "POST /proeftuinen":                       "401 303 303 303 303 303 303 403 403 403",
    "GET /proeftuin/{sandbox_id}":             "401 200 200 200 200 200 200 404 404 404",
    "GET /proeftuin/{sandbox_id}.json":        "303 303 303 303 303 303 303 303 303 303",
    "GET /proeftuin/{sandbox_id}/voortgang":   "401 200 200 200 200 200 200 404 404 404",
    "POST /proeftuin/{sandbox_id}/verlengen":  "401 303 303 303 303 303 303 404 404 404",
    "GET /proeftuin/{sandbox_id}/terugzetten": "401 200 200 200 200 200 200 404 404 404",
    "POST /proeftuin/{sandbox_id}/terugzetten":
                                               "401 303 303 303 303 303 303 404 404 404",
    "GET /proeftuin/{sandbox_id}/vernietigen": "401 200 200 200 200 200 200 404 404 404",
    "POST /proeftuin/{sandbox_id}/vernietigen":
                                               "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/leven":      "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/pauzeren":  "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/hervatten": "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/bewijzen":  "401 303 303 303 303 303 303 404 404 404",
    "GET /proeftuinen/afscherming":            "200 200 200 200 200 200 200 200 200 200",
    "GET /proeftuinen/afscherming.json":       "303 303 303 303 303 303 303 303 303 303",
    # pages of the operator
    "GET /beheer/proeftuinen":                 "401 403 403 403 403 403 200 403 403 403",
    "GET /beheer/proeftuinen.json":            "303 303 303 303 303 303 303 303 303 303",
    "POST /beheer/proeftuinen/afsluiting":     "401 403 403 403 403 403 303 403 403 403",
    "POST /beheer/proeftuinen/afsluiting/opheffen":
                                               "401 403 403 403 403 403 303 403 403 403",
    "POST /proeftuin/{sandbox_id}/componenten":
                                               "401 303 303 303 303 303 303 404 404 404",
    "GET /proeftuin/{sandbox_id}/componenten/{name}":
                                               "401 200 200 200 200 200 200 404 404 404",
    "GET /proeftuin/{sandbox_id}/componenten/{name}.json":
                                               "401 200 200 200 200 200 200 404 404 404",
    "GET /proeftuin/{sandbox_id}/componenten/{name}/voortgang":
                                               "401 200 200 200 200 200 200 404 404 404",
    "POST /proeftuin/{sandbox_id}/componenten/{name}/stoppen":
                                               "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/componenten/{name}/voorbeeldlink":
                                               "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/componenten/{name}/bekijken":
                                               "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/voorbeeldlinks/{preview_id}/intrekken":
                                               "401 303 303 303 303 303 303 404 404 404",
    "POST /proeftuin/{sandbox_id}/componenten/{name}/toetsen":
                                               "401 303 303 303 303 303 303 404 404 404",
    "GET /toetsen/{run_id}":                   "401 200 200 200 200 200 200 404 404 404",
    "GET /toetsen/{run_id}.json":              "303 303 303 303 303 303 303 303 303 303",
    "GET /toetsen/{run_id}/voortgang":         "401 200 200 200 200 200 200 404 404 404",
    "GET /toetsen/{run_id}/rapport.{form}":    "401 200 200 200 200 200 200 404 404 404",
    "GET /mijn":                               "401 200 200 200 200 200 200 200 403 200",
    "GET /mijn.json":                          "401 200 200 200 200 200 200 200 403 200",
    "POST /mijn/tokens":                       "401 303 303 303 303 303 403 403 403 403",
    "POST /mijn/tokens/{token_id}/intrekken":  "401 303 404 303 303 303 303 403 403 404",
    "GET /mijn/leden/{organisation_id}":       "401 200 200 200 200 200 200 403 403 403",
    "GET /mijn/leden/{organisation_id}.json":  "303 303 303 303 303 303 303 303 303 303",
    "POST /mijn/leden/{organisation_id}":      "401 303 403 303 303 303 303 403 403 403",
    "POST /mijn/leden/{organisation_id}/{member_id}/rechten":
                                               "401 303 403 303 303 303 303 403 403 403",
    "GET /mijn/leden/{organisation_id}/{member_id}/verwijderen":
                                               "401 200 200 200 200 200 200 403 403 403",
    "POST /mijn/leden/{organisation_id}/{member_id}/verwijderen":
                                               "401 303 403 303 303 303 303 403 403 403",
    # uploaded images; the backend of these tests runs none, and nobody has this one
    "GET /mijn/images/{organisation_id}":      "401 200 200 200 200 200 200 403 403 403",
    "GET /mijn/images/{organisation_id}.json": "303 303 303 303 303 303 303 303 303 303",
    "POST /mijn/images/{organisation_id}":     "401 409 409 409 409 409 409 403 403 403",
    "GET /mijn/images/{organisation_id}/{digest}":
                                               "401 404 404 404 404 404 404 403 403 403",
    "GET /mijn/images/{organisation_id}/{digest}.json":
                                               "303 303 303 303 303 303 303 303 303 303",
    "GET /mijn/images/{organisation_id}/{digest}/verwijderen":
                                               "401 404 404 404 404 404 404 403 403 403",
    "POST /mijn/images/{organisation_id}/{digest}/verwijderen":
                                               "401 404 404 404 404 404 404 403 403 403",
}
# fmt: on
