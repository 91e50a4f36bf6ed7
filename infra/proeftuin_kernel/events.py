"""Domain events: facts in the past tense, and who wants to hear them.

An area declares its events as frozen dataclasses whose fields are plain JSON values. The assembly
subscribes handlers across areas; an area never imports another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class DomainEvent:
    """Something that happened. Subclass it, give it a `name` such as `run.finished`, add JSON fields."""

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """Give the fields as a JSON object."""
        return asdict(self)


class EventBus:
    """Knows which handlers want which event. Handlers may be called more than once for one event."""

    def __init__(self) -> None:
        self._handlers: dict[str, dict[str, Callable[[Any], None]]] = defaultdict(dict)
        self._types: dict[str, type[DomainEvent]] = {}

    def subscribe(self, event: type[DomainEvent], *, name: str, handler: Callable[[Any], None]) -> None:
        """Have a handler called, at least once, for every event of a type.

        Args:
            event: The type of event.
            name: Stable name of the handler; deliveries are remembered by it.
            handler: Must be idempotent; opens its own unit of work; an exception means "again later".
        """
        self._types[event.name] = event
        self._handlers[event.name][name] = handler

    def handler_names(self, event_name: str) -> list[str]:
        """Name the handlers of an event."""
        return sorted(self._handlers.get(event_name, {}))

    def call(self, event_name: str, handler_name: str, payload: dict[str, Any]) -> None:
        """Call one handler; a handler that no longer exists counts as delivered."""
        handler = self._handlers.get(event_name, {}).get(handler_name)
        if handler is not None:
            handler(self._types[event_name](**payload))
