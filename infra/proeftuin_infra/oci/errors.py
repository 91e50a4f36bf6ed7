"""What can be wrong with an image, in words for whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_kernel.text import Text


class ImageError(Exception):
    """An image cannot be read, made or moved.

    Attributes:
        code: Stable; `infra/images/README.md` lists them.
        cause: What is wrong.
        remedy: What helps.
        is_transient: Trying again may help without anybody changing anything.
    """

    def __init__(self, code: str, *, cause: Text, remedy: Text, is_transient: bool = False) -> None:
        super().__init__(f"{code}: {cause.en}")
        self.code = code
        self.cause = cause
        self.remedy = remedy
        self.is_transient = is_transient
