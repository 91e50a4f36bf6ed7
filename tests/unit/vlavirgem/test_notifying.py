"""Messages are signed so that others can check it, sent only where they may be, and tried with patience."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.notifying.delivering import Patience
from vlavirgem.notifying.sending import SendError, UrlError, check_url, send, why_refused
from vlavirgem.notifying.signing import new_secret, sign


def test_a_signature_is_the_one_that_the_libraries_of_standard_webhooks_give() -> None:
    """A known secret, message and moment, and what comes of them everywhere."""
    headers = sign(
        b'{"test": 2432232314}',
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # noqa: S106 - published with the specification
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        now=datetime.fromtimestamp(1614265330, UTC),
    )

    assert {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    } == headers


def test_a_secret_is_made_of_32_bytes() -> None:
    assert "whsec_" + "A" * 43 + "=" == new_secret(bytes(32))
    with pytest.raises(ValueError, match="32"):
        new_secret(bytes(16))


@pytest.mark.parametrize(
    "url",
    ["http://ontvanger.example/haak", "https://ontvanger.example:8443/a?b=c", "http://127.0.0.1:9/", "http://[::1]/x"],
)
def test_an_address_of_a_receiver_is_accepted(url: str) -> None:
    """Also of a component on this very machine."""
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "haak",
        "ftp://ontvanger.example/",
        "file:///etc/passwd",
        "http://",
        "http:///pad",
        "http://iemand:geheim@ontvanger.example/",
        "http://ontvanger.example/#deel",
        "http://ontvanger.example:0/",
        "http://ontvanger.example:99999/",
        "http://ontvanger.example:x/",
        "http://ontvanger.example/a b",
        "http://ontvanger.example/a\r\nHost: x",
        "http://[nergens/",
        "http://ontvänger.example/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://ontvanger.example/" + "x" * 2000,
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused(url: str) -> None:
    """No other scheme, no passwords, and not the metadata of a machine in any of its disguises."""
    with pytest.raises(UrlError):
        check_url(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Nothing else is raised."""
    for url in (text, f"http://{text}"):
        try:
            check_url(url)
        except UrlError as error:
            assert str(error)  # noqa: PT017 - whether it is raised is not the question


@given(st.ip_addresses(v=4, network="169.254.0.0/16"))
def test_no_link_local_address_is_reached_in_any_disguise(address: ipaddress.IPv4Address) -> None:
    packed = int(address)
    for disguise in (
        address,
        ipaddress.IPv6Address((0xFFFF << 32) | packed),
        ipaddress.IPv6Address((0x64FF9B << 96) | packed),
        ipaddress.IPv6Address((0x2002 << 112) | (packed << 80) | 1),
    ):
        assert why_refused(disguise)


def test_a_name_that_means_such_an_address_is_refused_at_the_last_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad address among good ones is enough."""
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("127.0.0.1", "169.254.169.254")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(SendError, match="metadata"):
        send("POST", "http://listig.example/", headers={}, seconds=1)


def test_a_receiver_that_answers_drop_by_drop_holds_nobody() -> None:
    """The whole request has its time, not each byte of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(10)
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(100):
                        connection.sendall(b"X")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(SendError):
            send("POST", f"http://127.0.0.1:{server.getsockname()[1]}/", headers={}, body=b"x", seconds=0.4)
        assert time.monotonic() - began < 3
        thread.join()


@pytest.mark.parametrize("answer", [b"", b"wat?\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n"])
def test_what_is_no_answer_is_said_in_words(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(SendError, match="verbinding of sprak geen HTTP"):
            send("POST", f"http://127.0.0.1:{server.getsockname()[1]}/", headers={}, body=b"x", seconds=5)
        thread.join()


def test_a_port_at_which_nobody_listens_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SendError, match="luistert niemand"):
        send("OPTIONS", f"http://127.0.0.1:{port}/", headers={}, seconds=5)


@given(st.integers(1, 10**9), st.integers(1, 60))
def test_pauses_double_up_to_the_longest_and_are_at_least_half_of_it(row: int, attempt: int) -> None:
    """The other half is spread, so that not all try again at the same moment; always the same for who waits."""
    patience = Patience(first=1, longest=60)
    whole = min(2 ** (attempt - 1), 60)

    pause = patience.pause(row=row, attempt=attempt)

    assert timedelta(seconds=whole / 2) <= pause <= timedelta(seconds=whole)
    assert pause == patience.pause(row=row, attempt=attempt)


def test_pauses_are_spread() -> None:
    pauses = {Patience().pause(row=row, attempt=3) for row in range(1, 200)}

    assert 150 < len(pauses)
