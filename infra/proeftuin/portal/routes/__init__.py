"""The addresses of the pages. Routes only translate: they ask a desk and name a template."""

from proeftuin.portal.routes import catalogue, information, members, mine, runs, sandboxes, standards, style

ROUTERS = (
    catalogue.router,
    standards.router,
    sandboxes.router,
    runs.router,
    mine.router,
    members.router,
    information.router,
    style.router,
)
