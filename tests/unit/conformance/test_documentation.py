"""The README lists exactly the failure codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

from proeftuin_conformance.codes import CODES

README = Path(__file__).parents[3] / "conformance" / "README.md"
PACKAGE = Path(__file__).parents[3] / "conformance" / "proeftuin_conformance"


def test_the_table_of_codes_equals_the_code() -> None:
    rows = re.findall(r"^\| `(PT-\d{3})` \| (\w+) \| (\w+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert [(code.id, str(code.blame), str(code.outcome)) for code in CODES.values()] == rows


def test_every_code_that_is_used_is_declared() -> None:
    used = {
        code
        for path in PACKAGE.rglob("*.py")
        if "badges" not in path.parts
        for code in re.findall(r"PT-\d{3}", path.read_text(encoding="utf-8"))
    }

    assert set(CODES) >= used
