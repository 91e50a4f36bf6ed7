"""Engines: each turns one phase of a kit into observations. The runner knows only `base.Engine`."""
