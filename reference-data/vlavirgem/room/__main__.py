"""`python -m vlavirgem.room`: what the container of a town runs; needs neither Typer nor Polars."""

from vlavirgem.room.process import main

main()
