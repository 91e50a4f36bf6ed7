"""`python -m proeftuin` is the same as `proeftuin`."""

from proeftuin.cli import main

main()
