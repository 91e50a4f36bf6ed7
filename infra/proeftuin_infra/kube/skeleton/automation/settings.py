"""How the Pulumi engine works on this machine."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

_BUCKETS = ("s3", "gs", "azblob")
_DATABASES = ("postgres", "postgresql")
STATE_SCHEMES = ("file", *_BUCKETS, *_DATABASES)
"""Where state can live: a folder, a bucket of one of three kinds, a PostgreSQL database."""

OLDEST_PROGRAM = (3, 151, 0)
"""The first whose refresh clears pending creates."""

OLDEST_WITH_DATABASE = (3, 177, 0)
"""Keeps state in PostgreSQL for certain (pulumi/pulumi#19581 was merged shortly before)."""


class PulumiSettingsError(ValueError):
    """A setting of the Pulumi engine cannot be right; the message names it, and shows no password.

    Args:
        field: Which.
        fault: What is wrong with it.
    """

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field


@dataclass(frozen=True, slots=True)
class PulumiSettings:
    """How the Pulumi engine works on this machine.

    Attributes:
        work_dir: Folder of this platform alone; every stack gets one in it.
        passphrase: Encrypts secrets in the state.
        installation: Which platform; part of the project's name, so that two platforms may share a state store.
        state_url: Where the state lives; None: a folder beside the work folders.
        executable: The `pulumi` program; None: as found on PATH.
        home: Where Pulumi keeps its plugins; None: as it chooses itself, so that what is installed is found.
        kubeconfig: Path of the file that tells where the cluster is; None: as kubectl finds it.
        patience: Seconds that bringing a stack up may take.
        short_patience: Seconds that any other command may take.
        grace: Seconds between SIGINT, SIGTERM and SIGKILL.
        parallel: Commands that run at the same time.
    """

    work_dir: Path
    passphrase: str = field(repr=False)
    installation: str
    state_url: str | None = field(default=None, repr=False)
    executable: Path | None = None
    home: Path | None = None
    kubeconfig: Path | None = None
    patience: float = 180.0
    short_patience: float = 60.0
    grace: float = 10.0
    parallel: int = 4

    def __post_init__(self) -> None:
        """Refuse a state store of a kind that Pulumi does not know, and an empty passphrase."""
        if not self.passphrase:
            raise PulumiSettingsError("passphrase", "empty; secrets in the state would be readable by everybody")
        fault = None if self.state_url is None else _fault(self.state_url)
        if fault is not None:
            raise PulumiSettingsError("state_url", fault)

    @property
    def project(self) -> str:
        """The project to which all stacks of this platform belong."""
        return f"proeftuin-{self.installation}"

    @property
    def state_folder(self) -> Path | None:
        """The folder in which the state lives; None: it lives in a bucket or a database."""
        if self.state_url is None:
            return self.work_dir / "state"
        scheme, _, place = self.state_url.partition("://")
        return Path(unquote(place.partition("?")[0])) if scheme == "file" else None

    @property
    def oldest_program(self) -> tuple[int, int, int]:
        """The oldest Pulumi that does."""
        return oldest_program(self.state_url)

    @property
    def stacks(self) -> Path:
        """Where the work folders of the stacks are."""
        return self.work_dir / "stacks"

    def folder(self, stack: str) -> Path:
        """Give the work folder of a stack."""
        return self.stacks / stack

    def find_executable(self) -> Path | None:
        """Find the program; None when there is none."""
        if self.executable is not None:
            return self.executable if self.executable.is_file() else None
        found = shutil.which("pulumi")
        return None if found is None else Path(found)

    def environment(self, mark: str) -> dict[str, str]:
        """Give the variables of a command.

        Args:
            mark: Every process of the command carries it, so that a successor finds them all.
        """
        url = self.state_url or f"file://{self.state_folder}"
        return {
            "PULUMI_BACKEND_URL": url.replace("postgresql://", "postgres://", 1),
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",  # a lost work folder does not lose the stack
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",  # they grow with every update, unread
            MARK: mark,
        }


def oldest_program(state_url: str | None) -> tuple[int, int, int]:
    """Tell the oldest Pulumi that can keep its state at an address; None: in a folder."""
    scheme = (state_url or "").partition("://")[0]
    return OLDEST_WITH_DATABASE if scheme in _DATABASES else OLDEST_PROGRAM


def _fault(url: str) -> str | None:
    """Say what is wrong with the address of a state store, without repeating it: it may hold a password."""
    scheme, separator, place = url.partition("://")
    if not separator or scheme not in STATE_SCHEMES:
        return f"begins with none of {', '.join(f'{one}://' for one in STATE_SCHEMES)}"
    if scheme == "file" and not place.startswith("/"):
        return "needs the whole path of a folder, such as file:///srv/state"
    if scheme in _BUCKETS and not place.partition("?")[0].partition("/")[0]:
        return f"names no bucket; write {scheme}://bucket"
    return None


MARK = "PULUMI_STARTED_FOR"
"""Environment variable by which processes of a stack are found again."""
