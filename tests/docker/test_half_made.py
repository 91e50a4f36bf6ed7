"""What a platform left half made when it died is finished by the next one."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.docker


def test_a_gate_that_was_made_but_joined_one_network_only_joins_the_other(room) -> None:
    """The engine makes a container on one network and joins it to others afterwards; between the two one can die."""
    gate = room.names.gate(room.names.town)
    client = room.desk.engine.client
    client.stop(gate, timeout=1)
    client.disconnect_container_from_network(gate, room.names.room, force=True)
    assert {room.names.way_in} == room.desk.containers.inspect(gate).networks

    list(room.backend.create(room.spec))  # waits until the town answers

    assert {room.names.way_in, room.names.room} == room.desk.containers.inspect(gate).networks
