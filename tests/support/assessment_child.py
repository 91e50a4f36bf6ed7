"""A process that stands in for a run and behaves as its job's `kit` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

REPORT = json.dumps({"event": "report", "report": {"outcome": "pass"}})


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def crash() -> None:
    sys.stderr.write("no such luck\n")
    sys.stderr.flush()
    os._exit(9)


def endless() -> None:
    while True:
        say("x" * 65536)


def chatty() -> None:
    for number in range(5000):
        say(json.dumps({"event": "Progressed", "message": str(number)}) + "\n")
    say(REPORT + "\n")


def deaf() -> None:
    """Does not notice that nobody listens, and started something that does not either."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    say(json.dumps({"event": "Progressed", "message": str(os.getpid())}) + "\n")
    time.sleep(60)


def reset() -> None:
    say('{"event": "reset"}\n')
    answer = json.loads(sys.stdin.readline())
    say(json.dumps({"event": "report", "report": answer}) + "\n")


def environment() -> None:
    say(json.dumps({"event": "report", "report": {"names": sorted(os.environ), "job": JOB}}) + "\n")


BEHAVIOURS = {
    "good": lambda: say(json.dumps({"event": "Progressed", "message": "é"}) + "\n" + REPORT + "\n"),
    "silent": lambda: None,
    "cut": lambda: say('{"event": "rep'),
    "crash": crash,
    "endless": endless,
    "chatty": chatty,
    "deaf": deaf,
    "reset": reset,
    "environment": environment,
}

if __name__ == "__main__":
    JOB = json.loads(sys.stdin.readline())
    BEHAVIOURS[JOB["kit"]]()
