"""The words on the pages: Dutch in the templates, English in one `.po` file.

The message id is the Dutch sentence itself, so that a template reads as the page reads. The English
catalogue is read once at start and compiled in memory; no compiled files are kept.
"""

from __future__ import annotations

import gettext
import io
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

    from proeftuin_kernel.text import Language

EXTRACTION = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true", "encoding": "utf-8"}
"""How babel reads the templates; the test that compares templates with the catalogue uses the same."""


def english_catalogue() -> Catalog:
    """Read the committed English catalogue."""
    content = (files("proeftuin.portal") / "locale" / "en.po").read_bytes()
    catalogue: Any = read_po(io.BytesIO(content), locale="en")
    return catalogue  # type: ignore[no-any-return]  # babel returns Catalog; its stubs say Any here


def translations(language: Language) -> gettext.NullTranslations:
    """Give the translations into a language; Dutch needs none."""
    if language == "nl":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, english_catalogue())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
