"""The main job, end to end: `proeftuin demo`.

The demo is a client. It starts the platform in this process, takes tokens for the synthetic organisations,
and then does everything over HTTP, as a start-up, two vendors and a municipality would.
"""

from proeftuin.demo.run import run_demo

__all__ = ["run_demo"]
