"""`python -m proeftuin_conformance`: the command line without the platform."""

from __future__ import annotations

from proeftuin_conformance.cli import app

if __name__ == "__main__":
    app(prog_name="proeftuin-conformance")
