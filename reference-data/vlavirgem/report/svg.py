"""Writes SVG: elements as text, numbers as short as they can be, the same bytes every time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Value = str | int | float | None


def number(value: float) -> str:
    """Write a number with at most two decimals and no needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, *content: str, **attributes: Value) -> str:
    """Write an element.

    Args:
        name: Its name.
        content: What it holds, already written.
        attributes: Its attributes; `class_` and `aria_label` become `class` and `aria-label`, None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{value_of(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(content)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def value_of(value: str | float) -> str:
    """Write the value of an attribute."""
    return escape(value) if isinstance(value, str) else number(value)


def text(content: str, **attributes: Value) -> str:
    """Write text at a place."""
    return element("text", escape(content, quote=False), **attributes)


def view_box(left: float, top: float, width: float, height: float) -> str:
    """Write a view box."""
    return " ".join(number(value) for value in (left, top, width, height))


def document(body: Iterable[str], *, box: str, label: str, style: str | None = None) -> str:
    """Write a whole picture.

    Args:
        body: Its elements.
        box: Its view box.
        label: What it shows, for who cannot see it.
        style: CSS, for a picture that stands alone.
    """
    head = f"<style>{style}</style>" if style else ""
    return element(
        "svg",
        head,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=box,
        role="img",
        aria_label=label,
    )
