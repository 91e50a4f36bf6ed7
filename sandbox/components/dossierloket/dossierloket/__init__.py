"""Dossierloket: a small case desk for a municipality, and an example to copy.

It takes an application for a product (intake), treats it (behandelen), decides on it (besluiten) and delivers
the result (leveren), and it speaks OSLO Dossier. Read the modules in this order: `proces`, `dossier`, `loket`,
`jsonld`, `api`.
"""

VERSIE = "1.0.0"
"""Version of the component and of its API (Semantic Versioning 2.0.0)."""
