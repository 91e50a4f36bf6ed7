"""Networks: walled rooms in which containers see each other only, and the way in that the platform uses."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.docker.engine import DockerError, engine_errors
from proeftuin_infra.docker.labels import selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from proeftuin_infra.docker.engine import Engine

POOL: Final = ipaddress.IPv4Network("10.208.0.0/12")
"""Where our networks get their addresses: 16 384 networks of 62 addresses. Docker's own pools hold thirty."""

_PREFIX = 26
_TRIES = 64
_INHIBIT = "com.docker.network.bridge.inhibit_ipv4"
_MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade"


@dataclass(frozen=True, slots=True)
class Network:
    """One network as the engine knows it.

    Attributes:
        subnet: Its addresses.
        gateway: The address that no container gets; in a walled network nobody has it.
        is_walled: Nothing outside it can be reached, and the machine has no address on it.
    """

    id: str
    name: str
    labels: dict[str, str]
    subnet: str
    gateway: str
    is_walled: bool


class Networks:
    """Makes, finds and removes networks.

    Args:
        engine: Where.
        taken: Gives the networks that this machine itself uses, so that we never cover one.
    """

    def __init__(self, engine: Engine, *, taken: Callable[[], list[ipaddress.IPv4Network]] | None = None) -> None:
        self._engine = engine
        self._taken = taken or host_networks

    def ensure(self, name: str, *, labels: dict[str, str], walled: bool) -> Network:
        """Give the network of this name; makes it when it is not there.

        Args:
            name: Unique on the engine.
            labels: For a new one.
            walled: Nothing outside it can be reached and the machine has no address on it. Otherwise ports
                of its containers can be published, but their traffic gets no address of the machine.

        Raises:
            DockerError: no free addresses, or the engine refuses.
        """
        found = self.find(name)
        if found is not None:
            return found
        taken = self._taken()
        for subnet in _candidates(name):
            if any(subnet.overlaps(other) for other in taken):
                continue
            try:
                with engine_errors():
                    self._create(name, subnet, labels=labels, walled=walled)
            except DockerError as error:
                if "overlap" in error.said.lower():  # another network has it, of us or of somebody else
                    continue
                if error.code != "conflict":  # made meanwhile, by whoever was before us
                    raise
            made = self.find(name)
            if made is not None:
                return made
        raise DockerError("no-addresses", f"no free subnet in {POOL} after {_TRIES} tries")

    def find(self, name: str) -> Network | None:
        """Give the network of exactly this name."""
        return next((network for network in self._list({"name": [name]}) if network.name == name), None)

    def having(self, **labels: str) -> list[Network]:
        """Give the networks with these labels."""
        return self._list(selection(**labels))

    def remove(self, network: str) -> None:
        """Remove a network by name or id; one that is not there is not an error.

        Raises:
            DockerError: a container is still on it.
        """
        try:
            with engine_errors():
                self._engine.client.remove_network(network)
        except DockerError as error:
            if error.code != "not-found":
                raise

    def _create(self, name: str, subnet: ipaddress.IPv4Network, *, labels: dict[str, str], walled: bool) -> None:
        from docker.types import IPAMConfig, IPAMPool  # noqa: PLC0415 - slow to import

        self._engine.client.create_network(
            name,
            driver="bridge",
            internal=walled,
            enable_ipv6=False,
            check_duplicate=True,
            labels=labels,
            # `gateway_mode_ipv4=isolated` would do too, but older engines accept it and do nothing.
            options={_INHIBIT: "true"} if walled else {_MASQUERADE: "false"},
            ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=str(subnet))]),
        )

    def _list(self, filters: dict[str, list[str]]) -> list[Network]:
        with engine_errors():
            told = self._engine.client.networks(filters=filters)
        return [_network(one) for one in told]


def host_networks(table: Iterable[str] | None = None) -> list[ipaddress.IPv4Network]:
    """Read the networks to which this machine has a route of its own.

    Args:
        table: Lines of `/proc/net/route`; read from there when absent. Elsewhere than on Linux: none.
    """
    if table is None:
        try:
            with open("/proc/net/route", encoding="ascii") as file:  # noqa: PTH123 - not a file of ours
                table = file.readlines()
        except OSError:
            return []
    found = []
    for line in list(table)[1:]:
        fields = line.split()
        destination, mask = int(fields[1], 16), int(fields[7], 16)
        if mask:
            address = ipaddress.IPv4Address(destination.to_bytes(4, "little"))
            bits = ipaddress.IPv4Address(mask.to_bytes(4, "little"))
            found.append(ipaddress.IPv4Network(f"{address}/{bits}", strict=False))
    return found


def _candidates(name: str) -> Iterator[ipaddress.IPv4Network]:
    """Give subnets to try, from a place that follows from the name: neighbours rarely want the same one."""
    count = 2 ** (_PREFIX - POOL.prefixlen)
    for attempt in range(_TRIES):
        digest = hashlib.sha256(f"{name}#{attempt}".encode()).digest()
        number = int.from_bytes(digest[:4], "big") % count
        yield ipaddress.IPv4Network((int(POOL.network_address) + number * 2 ** (32 - _PREFIX), _PREFIX))


def _network(told: dict[str, Any]) -> Network:
    pool = (told["IPAM"].get("Config") or [{}])[0]
    subnet = pool.get("Subnet", "")
    # The engine leaves the gateway out when nobody chose it; it is then the first address.
    first = str(ipaddress.IPv4Network(subnet)[1]) if subnet else ""
    return Network(
        id=told["Id"],
        name=told["Name"],
        labels=told.get("Labels") or {},
        subnet=subnet,
        gateway=(pool.get("Gateway") or first).partition("/")[0],
        is_walled=bool(told.get("Internal")) and (told.get("Options") or {}).get(_INHIBIT) == "true",
    )
