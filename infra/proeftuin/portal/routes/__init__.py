"""The addresses of the pages. Routes only translate: they ask a desk and name a template."""

from proeftuin.portal.routes import catalogue, information, mine, runs, sandboxes, style

ROUTERS = (catalogue.router, sandboxes.router, runs.router, mine.router, information.router, style.router)
