"""From flat words of configuration to the frozen description of a platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_infra.kube.stack.options import OPTIONS
from proeftuin_infra.kube.stack.spec import (
    Dumps,
    Entrance,
    ManagedDatabase,
    ObjectStore,
    OperatorDatabase,
    Outlet,
    Scaling,
    SignIn,
    StackSpec,
    StackSpecError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PORTS = {"http": 80, "https": 443, "postgres": 5432, "postgresql": 5432}
_FIVE_FIELDS = 5


def read_stack(given: Callable[[str], str | None]) -> StackSpec:
    """Read every option.

    Args:
        given: Gives the word of an option; None when there is none.

    Raises:
        StackSpecError: one is missing or wrong; the message names it, and shows no secret.
    """
    words = {option.name: given(option.name) or option.default for option in OPTIONS}
    missing = [name for name, word in words.items() if word is None]
    if missing:
        raise StackSpecError(f"{', '.join(missing)}: must be given")
    return _stack({name: str(word) for name, word in words.items()})


def _stack(words: Mapping[str, str]) -> StackSpec:
    registry = RegistryPlace(words["registry"], words["registryUser"], words["registryPassword"])
    issuer = words["oidcIssuer"]
    most = _number(words, "maxWorkers")
    return StackSpec(
        installation=words["installation"],
        host=words["host"],
        image=words["image"],
        stock=words["stockImage"],
        image_class=words["imageClass"],
        image_size=words["imageSize"],
        namespace=words["namespace"],
        registry=registry,
        database=_database(words),
        secret_key=words["secretKey"],
        issuer_key=words["issuerKey"],
        sign_in=SignIn(issuer, words["oidcClientId"], words["oidcClientSecret"]) if issuer else None,
        api_replicas=_number(words, "apiReplicas"),
        workers=_number(words, "workers"),
        concurrency=_number(words, "workerConcurrency"),
        scaling=Scaling(least=_number(words, "workers"), most=most) if most else None,
        entrance=_entrance(words) if _flag(words, "ingress") else None,
        tier=_tier(words),
        outlets=_outlets(words),
        settings=_pairs(words, "settings"),
        protected=_flag(words, "protect"),
    )


def _database(words: Mapping[str, str]) -> ManagedDatabase | OperatorDatabase:
    kind, is_kept = words["database"], _flag(words, "backup")
    schedule = words["backupSchedule"]
    if len(schedule.split()) != _FIVE_FIELDS:
        raise StackSpecError(f"backupSchedule: {schedule!r} has not the five fields of cron")
    keep = _number(words, "backupKeep")
    size, storage_class = words["databaseSize"], words["storageClass"]
    if kind == "managed":
        if not words["databaseUrl"].startswith(("postgres://", "postgresql://")):
            raise StackSpecError("databaseUrl: is no address of a PostgreSQL (postgresql://…)")
        return ManagedDatabase(
            words["databaseUrl"],
            port=_port("databaseUrl", words["databaseUrl"]),
            addresses=_list(words["databaseAddresses"]),
            dumps=Dumps(schedule, keep, size, storage_class) if is_kept else None,
        )
    if kind != "operator":
        raise StackSpecError(f"database: {kind!r} is neither managed nor operator")
    backups = None
    if is_kept:
        absent = [name for name in ("backupDestination", "backupAccessKey", "backupSecretKey") if not words[name]]
        if absent:
            raise StackSpecError(f"{', '.join(absent)}: must be given, or backup=false")
        backups = ObjectStore(
            words["backupDestination"],
            words["backupAccessKey"],
            words["backupSecretKey"],
            endpoint=words["backupEndpoint"],
            schedule=f"0 {schedule}",
            retention=f"{keep}d",
        )
    return OperatorDatabase(_number(words, "databaseInstances"), size, storage_class, backups)


def _entrance(words: Mapping[str, str]) -> Entrance:
    return Entrance(
        class_name=words["ingressClass"],
        namespace=words["ingressNamespace"],
        issuer=words["tlsIssuer"],
        secret=words["tlsSecret"],
        annotations=_pairs(words, "ingressAnnotations"),
    )


def _outlets(words: Mapping[str, str]) -> tuple[Outlet, ...]:
    """List what is reached outside: the API server, and the ports of every other address that is configured."""
    known = _list(words["apiServerAddresses"])
    servers = [Outlet(_as_port("apiServerPorts", one), known) for one in _list(words["apiServerPorts"])]
    others = {_port(name, words[name]) for name in ("registry", "oidcIssuer", "backupEndpoint") if words[name]}
    return (*servers, *(Outlet(port) for port in sorted(others) if Outlet(port) not in servers))


def _port(name: str, address: str) -> int:
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError as error:
        raise StackSpecError(f"{name}: has no port that can be") from error
    if port is None:
        raise StackSpecError(f"{name}: begins with none of {', '.join(sorted(_PORTS))}")
    return port


def _as_port(name: str, word: str) -> int:
    if not word.isdigit() or not 0 < int(word) < 1 << 16:
        raise StackSpecError(f"{name}: {word!r} is no port")
    return int(word)


def _tier(words: Mapping[str, str]) -> Tier:
    try:
        return Tier(words["tier"])
    except ValueError as error:
        raise StackSpecError(f"tier: {words['tier']!r} is neither hard nor standard") from error


def _number(words: Mapping[str, str], name: str) -> int:
    if not words[name].isdigit():
        raise StackSpecError(f"{name}: {words[name]!r} is no whole number")
    return int(words[name])


def _flag(words: Mapping[str, str], name: str) -> bool:
    if words[name] not in {"true", "false"}:
        raise StackSpecError(f"{name}: {words[name]!r} is neither true nor false")
    return words[name] == "true"


def _list(word: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in word.split(",") if one.strip())


def _pairs(words: Mapping[str, str], name: str) -> tuple[tuple[str, str], ...]:
    try:
        found = json.loads(words[name])
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise StackSpecError(f"{name}: is no JSON object with texts")
    return tuple(sorted(found.items()))
