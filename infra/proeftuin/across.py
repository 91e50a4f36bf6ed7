"""Routes that need two areas: list in the catalogue what runs in a sandbox."""

from __future__ import annotations

from fastapi import APIRouter

from proeftuin_kernel.web import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["sandboxes"], responses=PROBLEMS)
