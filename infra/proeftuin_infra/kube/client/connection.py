"""A connection to one cluster, made when it is first needed."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from proeftuin_infra.kube.client.errors import CONFIG, KubeError, kube_errors, refusal
from proeftuin_infra.kube.client.inside import is_in_pod

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 30.0
_LOWEST_ERROR = 300
_POOL = 64

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Door:
    """What another protocol needs to sign in at the API server.

    Attributes:
        url: Its address, `https://…`.
        headers: With which it knows us.
        context: How TLS is checked; None for plain HTTP.
        server_name: Whose certificate it must be, when that is not the host of the address.
    """

    url: str
    headers: dict[str, str]
    context: ssl.SSLContext | None
    server_name: str | None = None


class Cluster:
    """One Kubernetes API server.

    Args:
        kubeconfig: How to reach it; None takes `KUBECONFIG` or `~/.kube/config`, and inside a pod its account.
        context: Of the kubeconfig; None takes the current one.
    """

    def __init__(self, kubeconfig: Path | None = None, *, context: str | None = None) -> None:
        self._kubeconfig = kubeconfig
        self._context = context
        self._lock = threading.Lock()
        self._context_of_client: ssl.SSLContext | None = None
        self._client: Any = None  # an ApiClient; its stubs leave out what we need

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
        patience: float = _ANSWER_SECONDS,
    ) -> Any:
        """Send a request and read the JSON answer.

        Raises:
            KubeError: the API server does not answer, or refuses.
        """
        with kube_errors():
            response = self._send(
                method,
                path,
                query=query,
                body=body,
                headers={"Content-Type": content_type, **(headers or {})},
                patience=patience,
            )
            try:
                data = response.read()
            finally:
                response.release_conn()
            if response.status >= _LOWEST_ERROR:
                raise refusal(response.status, data)
            return json.loads(data) if data[:1] in {b"{", b"["} else data.decode(errors="replace")

    def lines(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        silence: float = _ANSWER_SECONDS,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[bytes]:
        """Read an answer line by line while it comes (a log, a watch).

        Args:
            path: What to read.
            query: Its parameters.
            silence: Seconds without a byte after which the answer is held to be over.
            headers: Further ones.

        Raises:
            KubeError: the API server does not answer, or refuses; not when a stream that began breaks off.
        """
        import urllib3.exceptions  # noqa: PLC0415 - comes with the library

        with kube_errors():
            response = self._send("GET", path, query=query, body=None, headers=headers or {}, patience=silence)
            if response.status >= _LOWEST_ERROR:
                data = response.read()
                response.release_conn()
                raise refusal(response.status, data)
        rest = b""
        try:
            for chunk in response.stream(64 * 1024, decode_content=True):
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
        except (urllib3.exceptions.HTTPError, OSError):
            return  # silent for long, or broken off: whoever follows connects again
        finally:
            response.close()
        if rest:
            yield rest

    def door(self) -> Door:
        """Give what a websocket needs.

        Raises:
            KubeError: the kubeconfig is not usable.
        """
        with kube_errors():
            client = self._connected()
            if self._context_of_client is None:
                self._context_of_client = self._tls(client)
            settings = client.configuration
            return Door(
                settings.host.rstrip("/"),
                self._sign(client),
                self._context_of_client,
                getattr(settings, "tls_server_name", None),
            )

    def address(self) -> str:
        """Give the address of the API server, for messages.

        Raises:
            KubeError: the kubeconfig is not usable.
        """
        with kube_errors():
            return str(self._connected().configuration.host)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            if self._client is not None:
                self._client.rest_client.close()
                self._client = self._context_of_client = None

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None,
        body: Any,
        headers: Mapping[str, str],
        patience: float,
    ) -> Any:
        import urllib3  # noqa: PLC0415 - comes with the library

        client = self._connected()
        url = client.configuration.host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        return client.rest_client.pool_manager.request(
            method,
            url,
            body=None if body is None else json.dumps(body).encode(),
            headers={"Accept": JSON, **self._sign(client), **headers},
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=patience),
            retries=urllib3.Retry(total=1, connect=1, read=0, redirect=0, other=0),
            preload_content=False,
        )

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        import yaml  # noqa: PLC0415 - only here

        from kubernetes import client, config  # noqa: PLC0415 - slow to import; not needed for other backends

        configuration: Any = client.Configuration()
        configuration.connection_pool_maxsize = _POOL
        if self._kubeconfig is not None and not self._kubeconfig.is_file():
            raise KubeError(CONFIG, f"{self._kubeconfig}: no such file")
        if self._kubeconfig is None and self._context is None and is_in_pod():
            config.load_incluster_config(client_configuration=configuration)
        else:
            place = None if self._kubeconfig is None else str(self._kubeconfig)
            try:
                config.load_kube_config(place, context=self._context, client_configuration=configuration)
            except (yaml.YAMLError, KeyError, TypeError) as error:
                raise KubeError(CONFIG, f"{place or 'kubeconfig'}: {error}") from error
        return client.ApiClient(configuration)

    @staticmethod
    def _sign(client: Any) -> dict[str, str]:
        headers: dict[str, str] = {}
        client.update_params_for_auth(headers, [], ["BearerToken"], "", "", None)
        return headers

    @staticmethod
    def _tls(client: Any) -> ssl.SSLContext | None:
        import ssl  # noqa: PLC0415 - only here

        settings = client.configuration
        if not settings.host.startswith("https"):
            return None
        context = ssl.create_default_context(cafile=settings.ssl_ca_cert or None)
        if not settings.verify_ssl:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file)
        return context
