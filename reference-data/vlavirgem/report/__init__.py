"""Draws what a person wants to see of a town: `vlavirgem report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_report"]


def write_report(folder: Path | str, target: Path | str) -> list[str]:
    """Write the pictures of a town, as SVG and as PNG, and the page that holds them all.

    On a machine without a font there are no PNGs: words would be missing in them.

    Args:
        folder: A town on disk.
        target: A folder that is empty or does not exist yet; nothing appears under this name before all is written.

    Returns:
        The names of the files.

    Raises:
        TownFolderError: the folder holds no town, or the disk refused.
        ExistsError: the target holds something else.
    """
    from pathlib import Path  # noqa: PLC0415 - keeps importing the package light

    from vlavirgem.folder import new_folder  # noqa: PLC0415 - idem
    from vlavirgem.report.ground import Ground  # noqa: PLC0415 - idem
    from vlavirgem.report.page import report_page  # noqa: PLC0415 - idem
    from vlavirgem.report.pictures import pictures_of, style  # noqa: PLC0415 - idem
    from vlavirgem.report.png import drawn, has_letters  # noqa: PLC0415 - idem
    from vlavirgem.report.tables import TownTables  # noqa: PLC0415 - idem

    town = TownTables.open(folder)
    with new_folder(Path(target)) as partial:
        pictures = pictures_of(Ground(town))
        for picture in pictures:
            for language, ending in (("nl", ""), ("en", ".en")):
                if language == "nl" or picture.words:
                    drawing = picture.svg(language, style())
                    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'
                    (partial / f"{picture.name}{ending}.svg").write_text(content, encoding="utf-8")
                if has_letters():
                    legend = [(key, text(language)) for key, text in picture.legend]
                    title, plain = picture.title(language), picture.svg(language, None)
                    png = drawn(plain, css=style(), title=title, legend=legend)
                    (partial / f"{picture.name}{ending}.png").write_bytes(png)
        (partial / "index.html").write_text(report_page(town, pictures), encoding="utf-8")
        return sorted(path.name for path in partial.iterdir())
