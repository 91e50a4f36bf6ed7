"""The pages of the proeftuin: server-rendered, in Dutch and English, usable without JavaScript."""

from proeftuin.portal.install import install

__all__ = ["install"]
