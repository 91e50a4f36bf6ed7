"""Draws figures: bars, columns, a pyramid, areas over time. Colours come from CSS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.report import svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 14, 34
_STEPS = (1, 2, 5)
_LINES = 5
_ROW = 26


def scale_to(highest: float) -> tuple[int, int]:
    """Choose a round step and a round top for an axis that reaches `highest`."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * _LINES >= highest:
                top = step * power
                while top < highest:
                    top += step * power
                return step * power, top
        power *= 10


def columns(items: Sequence[tuple[str, int]], *, label: str, style: str | None = None) -> str:
    """Draw upright bars with their names below and their values on top."""
    step, top = scale_to(max((value for _, value in items), default=1) or 1)
    body = [_grid(step, top)]
    room = (WIDTH - _LEFT - _RIGHT) / max(len(items), 1)
    every = -(-len(items) // 14)
    for place, (name, value) in enumerate(items):
        x, y = _LEFT + room * (place + 0.14), _height(value, top)
        body.append(
            svg.element("rect", class_="c-1", x=x, y=y, width=room * 0.72, height=HEIGHT - _BOTTOM - y, rx=1.5)
        )
        if place % every == 0:
            body.append(svg.text(name, class_="c-midden", x=x + room * 0.36, y=HEIGHT - 12))
    return _document(body, label=label, style=style)


def bars(items: Sequence[tuple[str, int]], *, label: str, style: str | None = None, left: int = 200) -> str:
    """Draw lying bars, one per line, with name and value."""
    most = max((value for _, value in items), default=1) or 1
    body = []
    for place, (name, value) in enumerate(items):
        y = place * _ROW
        width = (WIDTH - left - 70) * value / most
        body += [
            svg.text(name, class_="c-einde", x=left - 10, y=y + 18),
            svg.element("rect", class_="c-1", x=left, y=y + 4, width=max(width, 1), height=_ROW - 8, rx=1.5),
            svg.text(svg.number(value), x=left + width + 8, y=y + 18),
        ]
    return _document(body, label=label, style=style, height=max(len(items), 1) * _ROW + 6)


def pyramid(bands: Sequence[tuple[int, int, int]], *, label: str, style: str | None = None) -> str:
    """Draw men to the left and women to the right of their age."""
    step, top = scale_to(max((max(men, women) for _, men, women in bands), default=1) or 1)
    height, room, middle, gap = len(bands) * 19 + 40, (WIDTH - 90) / 2, WIDTH / 2, 28
    body = []
    for value in range(0, top + 1, step):
        for side in (-1, 1):
            x = middle + side * (gap + (room - gap) * value / top)
            body.append(svg.element("path", class_="c-raster", d=f"M{svg.number(x)} 8V{height - 30}"))
            body.append(svg.text(svg.number(value), class_="c-midden", x=x, y=height - 10))
    for place, (first, men, women) in enumerate(reversed(bands)):
        y = 8 + place * 19
        left, right = (room - gap) * men / top, (room - gap) * women / top
        body += [
            svg.element("rect", class_="c-1", x=middle - gap - left, y=y + 2, width=left, height=16, rx=1),
            svg.element("rect", class_="c-2", x=middle + gap, y=y + 2, width=right, height=16, rx=1),
            svg.text(
                f"{first}–{first + 4}" if first < bands[-1][0] else f"{first}+", class_="c-midden", x=middle, y=y + 15
            ),
        ]
    return _document(body, label=label, style=style, height=height)


def areas(moments: Sequence[str], series: Sequence[Sequence[int]], *, label: str, style: str | None = None) -> str:
    """Draw amounts on top of each other over time; the first series lies lowest."""
    totals = [sum(values) for values in zip(*series, strict=True)]
    step, top = scale_to(max(totals, default=1) or 1)
    base, body = [0] * len(moments), [_grid(step, top)]
    for number, values in enumerate(series, start=1):
        upper = [low + value for low, value in zip(base, values, strict=True)]
        line = [*_points(upper, top), *reversed(_points(base, top))]
        body.append(svg.element("path", class_=f"c-{number} c-vlak", d=f"M{' '.join(line)}z"))
        base = upper
    body.append(_moments(moments))
    return _document(body, label=label, style=style)


def lines(moments: Sequence[str], series: Mapping[str, Sequence[int]], *, label: str, style: str | None = None) -> str:
    """Draw amounts as lines over time."""
    step, top = scale_to(max((max(values, default=0) for values in series.values()), default=1) or 1)
    body = [_grid(step, top)]
    for number, values in enumerate(series.values(), start=1):
        body.append(svg.element("path", class_=f"c-lijn c-lijn-{number}", d=f"M{' '.join(_points(values, top))}"))
    body.append(_moments(moments))
    return _document(body, label=label, style=style)


def _points(values: Sequence[int], top: int) -> list[str]:
    room = (WIDTH - _LEFT - _RIGHT) / max(len(values) - 1, 1)
    return [
        f"{svg.number(_LEFT + room * place)} {svg.number(_height(value, top))}" for place, value in enumerate(values)
    ]


def _moments(moments: Sequence[str]) -> str:
    room = (WIDTH - _LEFT - _RIGHT) / max(len(moments) - 1, 1)
    every = -(-len(moments) // 8)
    return "".join(
        svg.text(
            moment,
            class_="c-midden" if 0 < place < len(moments) - 1 else "c-begin" if place == 0 else "c-einde",
            x=_LEFT + room * place,
            y=HEIGHT - 12,
        )
        for place, moment in enumerate(moments)
        if place % every == 0
    )


def _height(value: float, top: int) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top


def _grid(step: int, top: int) -> str:
    parts = []
    for value in range(0, top + 1, step):
        y = _height(value, top)
        parts.append(svg.element("path", class_="c-raster", d=f"M{_LEFT} {svg.number(y)}H{WIDTH - _RIGHT}"))
        parts.append(svg.text(svg.number(value), class_="c-einde", x=_LEFT - 8, y=y + 4.5))
    return "".join(parts)


def _document(body: Sequence[str], *, label: str, style: str | None, height: float = HEIGHT) -> str:
    return svg.document(
        [svg.element("g", *body, class_="c-figuur")], box=svg.view_box(0, 0, WIDTH, height), label=label, style=style
    )
