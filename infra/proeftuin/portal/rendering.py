"""Templates become pages: one environment per language, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from proeftuin.portal.formats import filters
from proeftuin.portal.i18n import translations
from proeftuin.portal.views.evidence import Mark
from proeftuin.portal.views.runs import BLAMES, OUTCOMES
from proeftuin_kernel.text import LANGUAGES

if TYPE_CHECKING:
    from proeftuin.portal.assets import Assets
    from proeftuin_kernel.text import Language


class Templates:
    """Renders a template in a language."""

    def __init__(self, assets: Assets) -> None:
        self._environments: dict[str, Environment] = {
            language: _environment(language, assets) for language in LANGUAGES
        }

    def render(self, name: str, language: Language, /, **context: Any) -> str:
        """Render one template."""
        return self._environments[language].get_template(name).render(**context)


def _environment(language: Language, assets: Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader("proeftuin.portal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the i18n extension adds it
    environment.filters.update(filters(language))
    environment.globals.update(lang=language, asset=assets.url, Mark=Mark, OUTCOMES=OUTCOMES, BLAMES=BLAMES)
    return environment
