"""Addresses for networks: never those of the machine, and not those of others."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_infra.docker.engine import DockerError
from proeftuin_infra.docker.networks import POOL, Networks, host_networks

if TYPE_CHECKING:
    from proeftuin_infra.docker.engine import Engine

ROUTES = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0
eth0 000200C0 00000000 0001 0 0 0 00FFFFFF 0 0 0
wg0 0000D00A 00000000 0001 0 0 0 0000F0FF 0 0 0
"""


class _Client:
    """An engine that knows of networks what the real one does, and refuses as it does."""

    def __init__(self, others: list[str]) -> None:
        self.made: list[dict[str, Any]] = []
        self._others = [ipaddress.IPv4Network(one) for one in others]

    def create_network(self, name: str, *, ipam: dict[str, Any], **more: Any) -> None:
        from docker.errors import APIError  # noqa: PLC0415 - slow to import

        subnet = ipaddress.IPv4Network(ipam["Config"][0]["Subnet"])
        if any(subnet.overlaps(other) for other in self._others):
            raise APIError("no", explanation="Pool overlaps with other one on this address space")
        self._others.append(subnet)
        told = {"Internal": more["internal"], "Options": more["options"], "Labels": more["labels"], "IPAM": ipam}
        self.made.append({"Id": name, "Name": name, **told})

    def networks(self, *, filters: dict[str, Any]) -> list[dict[str, Any]]:
        name = filters["name"][0]
        return [one for one in self.made if name in one["Name"]]


class _Engine:
    def __init__(self, *others: str) -> None:
        self.client = _Client(list(others))


def networks(engine: _Engine, *taken: str) -> Networks:
    stand_in: Engine = engine  # type: ignore[assignment]  # what is asked of it, it has
    return Networks(stand_in, taken=lambda: [ipaddress.IPv4Network(one) for one in taken])


def test_routes_of_the_machine_are_read_and_its_default_route_does_not_count() -> None:
    """`/proc/net/route` has addresses in the processor's own order of bytes."""
    expected = [ipaddress.IPv4Network("192.0.2.0/24"), ipaddress.IPv4Network("10.208.0.0/12")]

    assert expected == host_networks(ROUTES.splitlines())


def test_a_subnet_that_another_network_has_is_passed_over() -> None:
    """Platforms on one engine do not know of each other; the engine does."""
    first = networks(_Engine()).ensure("room", labels={}, walled=True)
    again = networks(_Engine(first.subnet)).ensure("room", labels={}, walled=True)

    assert first.subnet != again.subnet
    assert ipaddress.IPv4Network(again.subnet).subnet_of(POOL)


def test_a_subnet_that_the_machine_uses_is_never_asked() -> None:
    """The engine would not refuse it, and the machine would lose a network."""
    first = networks(_Engine()).ensure("room", labels={}, walled=True)
    again = networks(_Engine(), first.subnet).ensure("room", labels={}, walled=True)

    assert first.subnet != again.subnet


def test_without_free_addresses_the_error_says_so() -> None:
    """And does not go on for ever."""
    with pytest.raises(DockerError) as caught:
        networks(_Engine(str(POOL))).ensure("room", labels={}, walled=True)

    assert "no-addresses" == caught.value.code


def test_a_walled_network_is_internal_and_gives_the_machine_no_address() -> None:
    """`internal` alone leaves the machine reachable at the gateway (moby c761353)."""
    engine = _Engine()
    room = networks(engine).ensure("room", labels={}, walled=True)
    way_in = networks(engine).ensure("way-in", labels={}, walled=False)
    asked = engine.client.made[0]

    assert asked["Internal"]
    assert {"com.docker.network.bridge.inhibit_ipv4": "true"} == asked["Options"]
    assert (True, False) == (room.is_walled, way_in.is_walled)


def test_a_network_that_is_there_is_used_again() -> None:
    """Every step may happen twice."""
    engine = _Engine()
    both = [networks(engine).ensure("room", labels={}, walled=True) for _ in range(2)]

    assert both[0] == both[1]
    assert 1 == len(engine.client.made)
