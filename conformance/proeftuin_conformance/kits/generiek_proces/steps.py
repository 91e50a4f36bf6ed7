"""The step definitions of the features, one module per kind of step; pytest-bdd loads them as plugins."""

_STAPPEN = "proeftuin_conformance.kits.generiek_proces.stappen"

pytest_plugins = [f"{_STAPPEN}.{name}" for name in ("verhaal", "gegeven", "als", "dan")]
