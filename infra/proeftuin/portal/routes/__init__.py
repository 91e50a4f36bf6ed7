"""The addresses of the pages. Routes only translate: they ask a desk and name a template."""

from proeftuin.portal.routes import (
    asking,
    catalogue,
    images,
    information,
    members,
    mine,
    operator,
    previews,
    runs,
    sandboxes,
    standards,
    style,
)

ROUTERS = (
    catalogue.router,
    standards.router,
    asking.router,
    sandboxes.router,
    previews.router,
    operator.router,
    runs.router,
    mine.router,
    members.router,
    images.router,
    information.router,
    style.router,
)
