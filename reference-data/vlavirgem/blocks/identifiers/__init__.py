"""Where identifiers lead: every IRI that a town hands out has a document, for programs and for people."""
