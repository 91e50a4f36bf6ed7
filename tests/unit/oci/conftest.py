"""Stores and tiny images, made from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.oci.store import ImageStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "store")
