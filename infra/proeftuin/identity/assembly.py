"""How the platform gets its identity part: `add_identity` when it is built, `mount_identity` when it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from proeftuin.identity import api, jobs
from proeftuin.identity.audit import AuditService
from proeftuin.identity.authentication import Authenticator
from proeftuin.identity.openid import OpenIdClient
from proeftuin.identity.routes import sign_in as sign_in_routes
from proeftuin.identity.routes import synthetic_provider as synthetic_provider_routes
from proeftuin.identity.sealing import Seal
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.sign_in import CALLBACK_PATH, SignIn
from proeftuin.identity.synthetic import KNOWN_AS, seed_development
from proeftuin.identity.synthetic_provider import SyntheticProvider
from proeftuin.identity.tokens import TokenService

if TYPE_CHECKING:
    from fastapi import FastAPI

    from proeftuin.application import Application

_log = structlog.get_logger(__name__)


def add_identity(application: Application) -> IdentityService:
    """Add the identity services to an application.

    Without a configured provider (development only, the settings see to that) people sign in at the test provider,
    and the synthetic organisations are made when the application starts.

    Registered by type: `IdentityService`, `TokenService`, `SessionService`, `AuditService`, `Authenticator`,
    `SignIn`, and `SyntheticProvider` where it is used.
    """
    settings, database, clock = application.settings, application.database, application.clock
    url = settings.public_url
    redirect_uri = f"{url}{CALLBACK_PATH}"
    issuer, known_as = settings.oidc_issuer, settings.oidc_issuer
    if issuer is None:
        provider = SyntheticProvider(settings, public_url=url, redirect_uri=redirect_uri, clock=clock)
        application.add(provider)
        issuer, known_as = provider.issuer, KNOWN_AS
    identity = application.add(IdentityService(database, issuer=known_as or issuer))
    if known_as == KNOWN_AS:
        _log.warning("anybody who reaches this platform may sign in as any test person", at=url)
        application.on_start.append(lambda: seed_development(identity))
    application.add(TokenService(database))
    application.add(AuditService(database))
    sessions = application.add(SessionService(database))
    jobs.register_jobs(application.jobs, sessions)
    authenticator = application.add(Authenticator(database, sessions, public_url=url))
    secret = settings.oidc_client_secret
    client = OpenIdClient(
        issuer=issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        redirect_uri=redirect_uri,
        known_as=known_as,
    )
    seal = Seal(settings.secret_key.get_secret_value(), purpose="sign-in", clock=clock)
    application.add(SignIn(client, sessions, authenticator, seal=seal, public_url=url))
    return identity


def mount_identity(app: FastAPI, application: Application) -> None:
    """Have requests recognised, and serve the API, the sign-in and (in development) the test provider."""
    app.state.authenticate = application.get(Authenticator).authenticate
    app.include_router(api.router)
    app.include_router(sign_in_routes.router)
    if SyntheticProvider in application.registry:
        app.include_router(synthetic_provider_routes.router)
