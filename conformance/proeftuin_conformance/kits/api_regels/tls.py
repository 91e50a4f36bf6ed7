"""Which TLS versions a server speaks."""

from __future__ import annotations

import socket
import ssl
import warnings
from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def handshake(host: str, port: int, *, limit: ssl.TLSVersion | None, seconds: float) -> str | None:
    """The TLS version agreed on; None when the server refuses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if limit is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")  # otherwise our own side refuses, and the server looks good
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # offering an old version is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = limit
    try:
        with (
            socket.create_connection((host, port), timeout=seconds) as raw,
            context.wrap_socket(raw, server_hostname=host) as secure,
        ):
            return secure.version()
    except OSError:
        return None
