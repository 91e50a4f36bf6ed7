"""Quantities as Kubernetes writes them (`500m`, `1Gi`), as numbers."""

from __future__ import annotations

_SCALES = {
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "": 1.0,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
}


def number(text: str) -> float:
    """Read a quantity.

    Raises:
        ValueError: it is none.
    """
    digits = text.rstrip("numkKMGTi")
    return float(digits) * _SCALES[text[len(digits) :]]


def cpu_cores(text: str) -> float:
    """Read a quantity of processor time."""
    return number(text)


def mebibytes(text: str) -> float:
    """Read a quantity of bytes, in MiB."""
    return number(text) / 2.0**20
