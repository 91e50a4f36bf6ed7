"""A `pulumi` program for tests: it keeps stacks and locks in files, runs inline programs, and misbehaves on request.

It speaks the real protocols with the program that it runs (language host, resource monitor, engine, events), so the
way through the Automation API is the real one. Its cluster is a file. `control.json` in its folder says how to
misbehave, `calls.jsonl` lists how it was called. It is run by `FakePulumi.install`, never imported by the product.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

NEEDS_STACK = ("up", "preview", "refresh")


def main() -> int:
    """Behave as `pulumi` does, as far as our engine can tell."""
    home = Path(__file__).parent.parent
    arguments = [one for one in sys.argv[1:] if one != "--non-interactive"]
    with (home / "calls.jsonl").open("a") as calls:
        environment = {name: value for name, value in os.environ.items() if name.startswith(("PULUMI", "PROEFTUIN"))}
        calls.write(json.dumps({"arguments": arguments, "pid": os.getpid(), "environment": environment}) + "\n")
    control = json.loads((home / "control.json").read_text())
    misbehave(control.get(" ".join(arguments[:2]), control.get(arguments[0], "")), home)
    if arguments[0] == "version":
        print(control.get("says-version", "v3.272.0"))  # noqa: T201 - what a program does
        return 0
    return Stacks(home, arguments, control).do()


def misbehave(how: str, home: Path) -> None:
    """Hang, die or ignore being asked to stop, before anything else is done."""
    if "deaf" in how:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    if "child" in how and os.fork() == 0:  # a plugin that leaves the family
        os.setsid()
        for number in (0, 1, 2):
            os.close(number)
        time.sleep(600)
    if "hang" in how:
        (home / "hangs").touch()
        time.sleep(600)
    if "die" in how:
        os.kill(os.getpid(), signal.SIGKILL)


class Stacks:
    """Stacks in the folder that the state store's address names."""

    def __init__(self, home: Path, arguments: list[str], control: dict[str, str]) -> None:
        self.home, self.arguments, self.control = home, arguments, control
        self.state = Path(os.environ["PULUMI_BACKEND_URL"].removeprefix("file://"))
        self.name = self._option("--stack") or (arguments[2] if arguments[:2] == ["stack", "init"] else arguments[-1])
        self.file = self.state / f"{self.name}.json"
        self.locked = self.state / f"{self.name}.lock"

    def do(self) -> int:  # noqa: C901, PLR0911 - one case per command
        """Do the command."""
        if not os.environ.get("PULUMI_CONFIG_PASSPHRASE"):
            return self._fail("passphrase must be set")
        match self.arguments[:2]:
            case ["stack", "init"]:
                if self.file.exists():
                    return self._fail(f"stack '{self.name}' already exists")
                self._save({"resources": [], "pending": []})
                Path(f"Pulumi.{self.name}.yaml").write_text("encryptionsalt: v1:test\n")
                return 0
            case ["stack", "ls"]:
                found = [{"name": path.stem, "current": False} for path in sorted(self.state.glob("*.json"))]
                print(json.dumps(found))  # noqa: T201 - what a program does
                return 0
        if not self.file.exists():
            return self._fail(f"no stack named '{self.name}' found")
        match self.arguments[:2]:
            case ["stack", "select"]:
                return 0
            case ["stack", "rm"]:
                return self._locked(lambda: self.file.unlink() or 0)
            case ["cancel", *_]:
                self.locked.unlink(missing_ok=True)
                return 0
            case ["refresh", *_]:
                return self._locked(self._refresh)
            case ["preview", *_]:
                return self._run()
            case ["up", *_]:
                return self._locked(self._run)
        return self._fail(f"unknown command {self.arguments}")

    def _locked(self, work) -> int:
        if self.locked.exists():
            return self._fail("the stack is currently locked by 1 lock(s). Either wait or delete the lock file")
        self.locked.write_text(str(os.getpid()))
        done = work()
        self.locked.unlink()
        return done

    def _refresh(self) -> int:
        state = self._load()
        if "--clear-pending-creates" in self.arguments:
            state["pending"] = []
        self._save(state)
        return 0

    def _run(self) -> int:
        if "corrupt" == self.file.read_text():
            return self._fail("could not deserialize deployment: unexpected end of JSON input")
        if self._load()["pending"]:
            return self._fail("there are pending creates")
        from fake_pulumi_engine import run_program  # noqa: PLC0415 - slow, and only needed here

        return run_program(self)

    def _load(self) -> dict:
        return json.loads(self.file.read_text())

    def _save(self, state: dict) -> None:
        self.file.write_text(json.dumps(state))

    def _option(self, name: str) -> str | None:
        if name in self.arguments:
            return self.arguments[self.arguments.index(name) + 1]
        return next((one.partition("=")[2] for one in self.arguments if one.startswith(f"{name}=")), None)

    @staticmethod
    def _fail(said: str) -> int:
        print(f"error: {said}", file=sys.stderr)  # noqa: T201 - what a program does
        return 255


if __name__ == "__main__":
    sys.exit(main())
