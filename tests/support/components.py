"""Where the example components are, and their Python packages on the path."""

from __future__ import annotations

import sys
from pathlib import Path

COMPONENTS = Path(__file__).parents[2] / "sandbox" / "components"
for _bundle in ("dossierloket", "dossierloket-gebrekkig"):
    sys.path.insert(0, str(COMPONENTS / _bundle))
