"""The web application: every area's router behind one front, problems and principals included."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from proeftuin import health
from proeftuin.across import router as across_router
from proeftuin.identity.assembly import mount_identity
from proeftuin.portal import install as install_portal
from proeftuin_assessment.api import router as assessment_router
from proeftuin_catalogue.api import router as catalogue_router
from proeftuin_kernel.web import install_problems, once_each
from proeftuin_kernel.web.middleware import RequestContext
from proeftuin_sandbox.api import router as sandbox_router
from proeftuin_sandbox.api import schema_router
from proeftuin_sandbox.routes.images import router as images_router
from proeftuin_sandbox.routes.operator import router as operator_router
from proeftuin_sandbox.routes.preview import proxy_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proeftuin.application import Application


def create_app(application: Application, *, worker: bool | None = None) -> FastAPI:
    """Make the web application.

    Args:
        application: The services, as `bootstrap.build` made them.
        worker: Run background jobs in this process; default: what the settings say.
    """
    run_worker = application.settings.worker if worker is None else worker

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(application.start)
        task = (
            asyncio.create_task(application.jobs.run(concurrency=application.settings.worker_concurrency))
            if run_worker
            else None
        )
        _app.state.worker = task
        try:
            yield
        finally:
            if task is not None:
                await asyncio.to_thread(application.drain)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(application.stop)

    app = FastAPI(
        title="proeftuin",
        version=version("proeftuin"),
        summary="Living-lab sandboxes and a catalogue of proven solutions for Flemish municipalities.",
        contact={"name": "proeftuin", "url": application.settings.public_url},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        dependencies=[Depends(once_each)],
    )
    app.state.application = application
    app.state.registry = application.registry
    install_problems(app)
    mount_identity(app, application)
    for router in (
        health.router,
        sandbox_router,
        schema_router,
        images_router,
        operator_router,
        proxy_router,
        across_router,
        assessment_router,
        catalogue_router,
    ):
        app.include_router(router)
    install_portal(app)
    app.add_middleware(RequestContext)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}" if route.tags else route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Describe the API as it is: invalid input is a 400 problem document, never FastAPI's own 422."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            summary=app.summary,
            contact=app.contact,
            license_info=app.license_info,
            routes=app.routes,
        )
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for unused in ("HTTPValidationError", "ValidationError"):
            document.get("components", {}).get("schemas", {}).pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema
