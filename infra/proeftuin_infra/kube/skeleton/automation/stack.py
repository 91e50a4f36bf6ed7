"""One stack: opening it, bringing it up, clearing what a dead process left in it, dropping it.

Importing this module loads Pulumi.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    LocalWorkspace,
    ProjectSettings,
    Stack,
    StackAlreadyExistsError,
    StackNotFoundError,
)

from proeftuin_infra.kube.skeleton.automation.loops import Loops
from proeftuin_infra.kube.skeleton.automation.news import News, cause, is_state_damaged
from proeftuin_infra.kube.skeleton.engine import LOCKED, EngineError, EngineStep, PlannedObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.automation import EngineEvent

    from proeftuin_infra.kube.skeleton.automation.command import WatchedCommand
    from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings
    from proeftuin_infra.kube.skeleton.programs import Program


class LeanWorkspace(LocalWorkspace):
    """A work folder that starts the program no more often than it must."""

    def select_stack(self, stack_name: str) -> None:
        """Look for a stack only when this folder does not know it: every command names its stack anyway."""
        if not _known(self.work_dir, stack_name):
            super().select_stack(stack_name)


class OneStack:
    """The stack of one room, in a folder of the same name.

    Args:
        folder: Its work folder; whoever calls has it alone.
        settings: How the engine works on this machine.
        command: The program.
    """

    def __init__(self, folder: Path, *, settings: PulumiSettings, command: WatchedCommand) -> None:
        self._folder = folder
        self._name = folder.name
        self._settings = settings
        self._command = command

    def up(self, program: Program, *, news: News, tell: Callable[[EngineStep], None], was_cut_off: bool) -> None:
        """Bring the stack to its program; leftovers of a process that died are cleared, state that was lost rebuilt.

        Args:
            program: What should stand.
            news: Reads Pulumi's events.
            tell: Gets each step, from another thread.
            was_cut_off: A command was cut off here: clear its leftovers first.

        Raises:
            EngineError: it cannot be done.
        """

        def on_event(event: EngineEvent) -> None:
            step = news.step(event)
            if step is not None:
                tell(step)

        def attempt(clear: Callable[[], None] | None = None) -> None:
            loops = Loops()
            stack, is_new = self._open(loops.kept(program))
            if clear is not None:
                clear()
            try:
                stack.up(
                    # What somebody took away or changed on the cluster is still in the state as it was.
                    refresh=None if is_new else True,
                    on_event=on_event,
                    show_secrets=False,
                    suppress_outputs=True,
                    suppress_progress=True,
                )
            finally:
                loops.close()

        try:
            try:
                attempt(self._clear if was_cut_off else None)
            except CommandError as error:
                again = self._remedy(error)
                if again is None:
                    raise
                attempt(again)
        except ConcurrentUpdateError as error:
            raise EngineError(LOCKED, "another process works on this stack, and keeps on coming back") from error
        except CommandError as error:
            raise cause(news.problems, str(error)) from error

    def preview(self, program: Program, *, news: News) -> list[PlannedObject] | None:
        """Tell what `up` would do; None when there is no stack yet.

        Raises:
            EngineError: it cannot be told.
        """
        found: list[PlannedObject] = []

        def on_event(event: EngineEvent) -> None:
            news.step(event)
            planned = news.planned(event)
            if planned is not None:
                found.append(planned)

        try:
            Stack.select(self._name, self._workspace(program)).preview(on_event=on_event)
        except StackNotFoundError:
            return None
        except CommandError as error:
            raise cause(news.problems, str(error)) from error
        return found

    def remove(self) -> None:
        """Drop the stack and its folder, whatever state it is in; the cluster is left alone.

        Raises:
            EngineError: it stays.
        """
        try:
            self._drop()
        except ConcurrentUpdateError:
            try:
                self._unlock()
                self._drop()
            except CommandError as error:
                raise cause((), str(error)) from error
        except CommandError as error:
            raise cause((), str(error)) from error
        shutil.rmtree(self._folder, ignore_errors=True)

    def all(self) -> list[str]:
        """List the stacks of this platform.

        Raises:
            EngineError: the state store does not answer.
        """
        try:
            return [stack.name.rpartition("/")[2] for stack in self._workspace(None).list_stacks()]
        except CommandError as error:
            raise cause((), str(error)) from error

    def _remedy(self, error: CommandError) -> Callable[[], None] | None:
        """Find what makes a second attempt worth it, and do what must come before the stack is opened."""
        if isinstance(error, ConcurrentUpdateError):
            return self._clear
        if isinstance(error, StackNotFoundError):  # the state was lost since; everything is taken over
            _known_file(str(self._folder), self._name).unlink(missing_ok=True)
            return lambda: None
        if is_state_damaged(str(error)):
            self._drop()
            return lambda: None
        return None

    def _clear(self) -> None:
        """Clear what a command that was cut off left in the state: its lock, and what it was about to make."""
        self._unlock()
        Stack.select(self._name, self._workspace(None)).refresh(clear_pending_creates=True, show_secrets=False)

    def _unlock(self) -> None:
        """Break the lock; whoever held it is dead, because our caller holds the lease."""
        with contextlib.suppress(CommandError):  # there is nothing to cancel
            Stack.select(self._name, self._workspace(None)).cancel()

    def _drop(self) -> None:
        with contextlib.suppress(StackNotFoundError):
            self._workspace(None).remove_stack(self._name, force=True)
        _known_file(str(self._folder), self._name).unlink(missing_ok=True)

    def _open(self, program: Program) -> tuple[Stack, bool]:
        """Open the stack, and tell whether it was made for this: nothing can stand in a state that is new."""
        workspace = self._workspace(program)
        if _known(str(self._folder), self._name):
            return Stack.select(self._name, workspace), False
        try:
            return Stack.create(self._name, workspace), True
        except StackAlreadyExistsError:  # made by a platform whose work folder is gone
            return Stack.select(self._name, workspace), False

    def _workspace(self, program: Program | None) -> LeanWorkspace:
        return LeanWorkspace(
            work_dir=str(self._folder),
            program=program,
            pulumi_home=None if self._settings.home is None else str(self._settings.home),
            env_vars=self._settings.environment(str(self._folder)),
            secrets_provider="passphrase",
            project_settings=ProjectSettings(name=self._settings.project, runtime="python", main=str(self._folder)),
            pulumi_command=self._command,
        )


def _known(folder: str, stack: str) -> bool:
    return _known_file(folder, stack).exists()


def _known_file(folder: str, stack: str) -> Path:
    """Give the file that Pulumi itself writes beside a stack that it made; it holds the salt of its secrets."""
    return Path(folder) / f"Pulumi.{stack}.yaml"
