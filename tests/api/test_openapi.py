"""The platform's own description and its answers agree, for every role: all checks of schemathesis."""

from __future__ import annotations

import base64
import copy
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import jsonschema
import pytest

from proeftuin.schema import migrate
from support.api_roles import DEPLOYED, ROLES, script_of
from support.api_world import ApiWorld, image_archive, trial_kit
from support.identity_app import Served, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.api_roles import Script

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SEED = 1830
MAX_EXAMPLES = 3
AT_A_TIME = 2
TESTS = Path(__file__).parent.parent
UNREACHED = {"POST /api/v1/tokens": "a token makes no token; see the last test"}
"""Operations that no role can have succeed in this test, with the reason."""


@pytest.fixture(scope="module")
def site(new_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole application over real HTTP, without a worker: what is asked stays asked."""
    url = new_database(None)
    migrate(url)
    kit, data = tmp_path_factory.mktemp("kit"), tmp_path_factory.mktemp("site")
    with trial_kit(kit), served(url, data, sandbox_quota=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def found(site: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the engine saw, by role."""
    world = ApiWorld(site.application, tmp_path_factory.mktemp("world"))
    world.carry_out_one_run()
    world.keep_images()
    document = httpx2.get(f"{site.url}/api/v1/openapi.json", trust_env=False, timeout=60).json()
    scripts = [script_of(world, role) for role in ROLES]
    bodies = {"application/gzip": world.bundle(DEPLOYED)}
    bodies |= dict.fromkeys(("application/x-tar", "application/octet-stream"), image_archive("proef"))
    told = {kind: base64.b64encode(body).decode() for kind, body in bodies.items()}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        seen = pool.map(lambda script: _run(site.url, document, script, told), scripts)
        return dict(zip([script.role for script in scripts], seen, strict=True))


def _run(url: str, document: dict[str, Any], script: Script, bodies: dict[str, str]) -> dict[str, Any]:
    job = {
        **asdict(script),
        "base_url": url,
        "document": _with_examples(document, script),
        "bodies": bodies,
        "seed": SEED,
        "max_examples": MAX_EXAMPLES,
    }
    done = subprocess.run(
        [sys.executable, "-m", "support.api_engine"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(TESTS), "PYTHONHASHSEED": "0"},
    )
    assert 0 == done.returncode, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _with_examples(document: dict[str, Any], script: Script) -> dict[str, Any]:
    """The platform's own document, with examples that exist."""
    filled = copy.deepcopy(document)
    schemas = filled["components"]["schemas"]
    for schema in script.examples.keys() & schemas.keys():
        for name, example in script.examples[schema].items():
            schemas[schema]["properties"][name]["examples"] = [example]
    return filled


@pytest.mark.parametrize("role", [role.name for role in ROLES])
def test_description_and_answers_agree(found: dict[str, dict[str, Any]], role: str) -> None:
    """Every check, for every role; and the engine came to its end without trouble of its own."""
    seen = found[role]

    assert [] == seen["errors"]
    assert [] == [_readable(failure) for failure in seen["failures"]]


def test_every_operation_succeeded_for_somebody(site: Served, found: dict[str, dict[str, Any]]) -> None:
    """Answers that are all 404 or 401 would agree with anything."""
    document = httpx2.get(f"{site.url}/api/v1/openapi.json", trust_env=False).json()
    operations = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    succeeded = {
        operation
        for seen in found.values()
        for operation, statuses in seen["statuses"].items()
        if any(status.startswith("2") for status in statuses)
    }

    assert sorted(operations - UNREACHED.keys()) == sorted(succeeded & operations)


def test_every_check_was_made_and_no_phase_was_left_out(found: dict[str, dict[str, Any]]) -> None:
    """A check that is not made agrees with everything too."""
    made: Counter[str] = sum((Counter(seen["checks"]) for seen in found.values()), Counter())
    phases = {name for seen in found.values() for name, statuses in seen["phases"].items() if "success" in statuses}

    assert 14 == len(made)
    assert {"examples", "coverage", "fuzzing", "stateful"} <= phases


def test_a_token_is_made_as_described(site: Served) -> None:
    """The one operation for which somebody must sit at a browser."""
    world = ApiWorld(site.application, Path())
    with site.browser(headers={"Cookie": f"proeftuin={world.cookie('test-startup')}"}) as browser:
        document = browser.get("/api/v1/openapi.json").json()
        body = {"organisation": world.organisation("startup-voorbeeld"), "name": "proef", "scopes": ["run:read"]}
        made = browser.post("/api/v1/tokens", json=body)

    assert 201 == made.status_code
    jsonschema.validate(made.json(), {"$ref": "#/components/schemas/NewTokenOut", **document})


def _readable(failure: dict[str, Any]) -> str:
    return "\n".join(str(failure[part]) for part in ("operation", "check", "message", "curl", "answer"))
