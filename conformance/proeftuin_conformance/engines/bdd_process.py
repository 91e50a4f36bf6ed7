"""Runs a kit's Dutch scenarios with pytest-bdd, in a process of its own.

`python -m proeftuin_conformance.engines.bdd_process` reads a job and writes events (see `children`). pytest
loads no other plugin than pytest-bdd, ours and the kit's steps, and no configuration of the user.
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from proeftuin_conformance.client import Deadline, Limits
from proeftuin_conformance.engines.base import EngineContext
from proeftuin_conformance.engines.children import Child
from proeftuin_conformance.kit import BddPlan, Phase
from proeftuin_conformance.openapi import OpenApi
from proeftuin_conformance.pytest_plugin import ConformancePlugin
from proeftuin_conformance.target import Target
from proeftuin_conformance.texts import Text

_TESTS = """\
from pytest_bdd import scenarios

scenarios({features!r})
"""
_CONFIGURATION = """\
[pytest]
bdd_features_base_dir = {features}
markers =
{markers}
"""


def main() -> None:
    """Read the job, run the scenarios, write events."""
    child = Child()
    job = child.job()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    folder = Path.cwd()  # a temporary folder of the parent's making
    (folder / "pytest.ini").write_text(
        _CONFIGURATION.format(
            features=job["features"], markers="\n".join(f"    {tag}: requirement" for tag in job["tags"])
        ),
        encoding="utf-8",
    )
    (folder / "test_scenarios.py").write_text(_TESTS.format(features=job["features"]), encoding="utf-8")
    arguments = ["-p", "pytest_bdd.plugin", "-p", job["steps"], "-p", "no:cacheprovider", "-c", "pytest.ini"]
    arguments += ["--rootdir", str(folder), "--strict-markers", "--import-mode=importlib", "-q", "test_scenarios.py"]
    code = pytest.main(arguments, plugins=[ConformancePlugin(_context(job), child.emit)])
    child.emit("finished", exit_code=int(code))


def _context(job: dict[str, Any]) -> EngineContext:
    document = job["document"]
    return EngineContext(
        kit=import_module(f"{job['package']}.kit").KIT,
        phase=Phase(id=job["phase"], title=Text.same(job["phase"]), plan=BddPlan()),
        target=Target(**job["target"]),
        document=None if document is None else OpenApi(document),
        seed=job["seed"],
        mode=job["mode"],
        limits=Limits(**job["limits"]),
        deadline=Deadline(at=time.monotonic() + job["seconds"]),
    )


if __name__ == "__main__":
    main()
