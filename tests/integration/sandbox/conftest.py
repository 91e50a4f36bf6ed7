"""Sandboxes on a backend in memory, for whoever does not make their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.sandbox_fake import FakeBackend
from support.sandbox_world import SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.db import Database


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def world(database: Database, backend: FakeBackend, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, backend, tmp_path)
