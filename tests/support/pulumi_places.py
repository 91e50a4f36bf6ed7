"""A machine with the fake `pulumi` on it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proeftuin_infra.kube.skeleton.automation.engine import PulumiEngine
from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class FakePulumi:
    """The program, what it was asked, and what it made."""

    home: Path

    @classmethod
    def install(cls, home: Path) -> FakePulumi:
        """Put the program into a folder."""
        program = home / "bin" / "pulumi"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!{sys.executable}\n" + (_HERE / "fake_pulumi.py").read_text())
        program.chmod(0o755)
        shutil.copy(_HERE / "fake_pulumi_engine.py", program.parent)
        shutil.copy(_HERE / "fake_pulumi.py", program.parent)
        fake = cls(home)
        fake.behave()
        (home / "cluster.json").write_text("{}")
        return fake

    def behave(self, **control: str) -> None:
        """Say how it misbehaves; nothing: not at all. `_` in a name stands for a space."""
        (self.home / "hangs").unlink(missing_ok=True)
        told = {name.replace("_", " "): value for name, value in control.items()}
        (self.home / "control.json").write_text(json.dumps(told))

    def engine(self, **more: Any) -> PulumiEngine:
        """Make an engine of a platform on this machine."""
        return PulumiEngine(self.settings(**more))

    def settings(self, **more: Any) -> PulumiSettings:
        """Describe how it works here."""
        usual = {
            "work_dir": self.home / "work",
            "passphrase": "niet-geheim",
            "installation": "testbank1",
            "executable": self.home / "bin" / "pulumi",
            "home": self.home / "pulumi-home",
            "grace": 0.3,
            "patience": 120.0,
            "short_patience": 60.0,
        }
        return PulumiSettings(**{**usual, **more})

    def calls(self) -> list[str]:
        """Tell how it was called, but for the question of its version."""
        return [" ".join(call["arguments"]) for call in self._calls() if call["arguments"] != ["version"]]

    def commands(self) -> list[str]:
        """Tell the names of what it was asked."""
        return [call.partition(" --")[0] for call in self.calls()]

    def environments(self) -> list[dict[str, str]]:
        """Tell which variables it was given."""
        return [call["environment"] for call in self._calls()]

    def pids(self) -> list[int]:
        """Tell which processes it was."""
        return [call["pid"] for call in self._calls()]

    def cluster(self) -> set[str]:
        """Tell what stands in its cluster."""
        return set(json.loads((self.home / "cluster.json").read_text()))

    def state(self, stack: str) -> dict[str, Any]:
        """Read a stack's state."""
        return json.loads((self.home / "work" / "state" / f"{stack}.json").read_text())

    def stacks(self) -> set[str]:
        """Tell which stacks there are, in the state or as a work folder."""
        work = self.home / "work"
        return {path.stem for path in (work / "state").glob("*.json")} | {
            path.name for path in (work / "stacks").glob("*")
        }

    def locks(self) -> list[Path]:
        """Tell which locks are held."""
        return list((self.home / "work" / "state").glob("*.lock"))

    def wait_until_it_hangs(self) -> None:
        """Wait until it does as told."""
        deadline = time.monotonic() + 40
        while not (self.home / "hangs").exists():
            assert time.monotonic() < deadline, "it never came to where it hangs"
            time.sleep(0.02)

    def _calls(self) -> list[dict[str, Any]]:
        file = self.home / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
