"""Sandboxes on this machine: processes, folders and databases.

For a laptop, development and demonstrations. It bounds what a component uses and cleans up whatever happens,
but a hostile component can read what the platform's user can read: the capabilities say so.
"""

from proeftuin_sandbox.backends.local.backend import LocalBackend

__all__ = ["LocalBackend"]
