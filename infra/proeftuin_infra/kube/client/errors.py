"""What a cluster says no with, as one error with a stable code."""

from __future__ import annotations

import contextlib
import http
import json
import ssl
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton.admission import denied_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREACHABLE = "cluster-unreachable"
CERTIFICATE = "cluster-certificate-invalid"
EXPIRED = "cluster-certificate-expired"
LOGIN = "cluster-login-refused"
CONFIG = "cluster-config-invalid"
FORBIDDEN = "cluster-forbidden"
NOT_FOUND = "not-found"
CONFLICT = "conflict"
TERMINATING = "terminating"
QUOTA = "quota-exceeded"
LIMITS = "limits-exceeded"
POD_SECURITY = "pod-security-denied"
ADMISSION = "admission-denied"
INVALID = "object-invalid"
BUSY = "cluster-busy"
REFUSED = "cluster-refused"

_PASSES = frozenset({UNREACHABLE, CONFLICT, TERMINATING, BUSY, REFUSED})


class KubeError(Exception):
    """The cluster does not answer, or refuses.

    Attributes:
        code: One of the codes of this module.
        said: The API server's own words.
        rule: Which of our admission rules refused, when one did.
    """

    def __init__(self, code: str, said: str, *, rule: str | None = None) -> None:
        super().__init__(f"{code}: {said}")
        self.code = code
        self.said = said
        self.rule = rule

    @property
    def is_transient(self) -> bool:
        """Whether the same may work later, without anybody changing anything."""
        return self.code in _PASSES


def refusal(status: int, body: bytes) -> KubeError:
    """Read an answer that is not a success (a `Status` of the API, or whatever a proxy in between wrote)."""
    try:
        told: Any = json.loads(body)
        said, reason, details = str(told.get("message", "")), told.get("reason", ""), told.get("details") or {}
    except (ValueError, AttributeError):
        said, reason, details = body[:300].decode(errors="replace"), "", {}
    return KubeError(_code(status, said, str(reason), details), said or f"HTTP {status}", rule=denied_rule(said))


@contextlib.contextmanager
def kube_errors() -> Iterator[None]:
    """Turn every error of the library and its transport into a `KubeError`."""
    import urllib3.exceptions  # noqa: PLC0415 - comes with the library
    from kubernetes.client.exceptions import ApiException, OpenApiException  # noqa: PLC0415 - slow to import
    from kubernetes.config.config_exception import ConfigException  # noqa: PLC0415 - idem

    try:
        yield
    except KubeError:
        raise
    except ApiException as error:
        raise (_transport(error) if not error.status else refusal(error.status, _bytes(error.body))) from error
    except ConfigException as error:
        raise KubeError(CONFIG, str(error)) from error
    except (urllib3.exceptions.HTTPError, OpenApiException, OSError, ValueError) as error:
        raise _transport(error) from error


def _transport(error: BaseException) -> KubeError:
    words = " ".join(str(one) for one in _causes(error))
    if "certificate has expired" in words or "certificate expired" in words:
        return KubeError(EXPIRED, _short(words))
    if "CERTIFICATE_VERIFY_FAILED" in words or "certificate verify failed" in words or "Hostname mismatch" in words:
        return KubeError(CERTIFICATE, _short(words))
    if any(isinstance(one, ssl.SSLError) for one in _causes(error)) and "alert" in words:
        return KubeError(CERTIFICATE, _short(words))
    return KubeError(UNREACHABLE, _short(words))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        inner = getattr(seen, "reason", None)
        seen = inner if isinstance(inner, BaseException) else seen.__cause__


def _code(status: int, said: str, reason: str, details: dict[str, Any]) -> str:  # noqa: PLR0911 - one per kind
    match status:
        case http.HTTPStatus.UNAUTHORIZED:
            return LOGIN
        case http.HTTPStatus.NOT_FOUND:
            return NOT_FOUND
        case http.HTTPStatus.CONFLICT:
            return CONFLICT
        case http.HTTPStatus.FORBIDDEN:
            return _forbidden(said, details)
        case http.HTTPStatus.UNPROCESSABLE_ENTITY | http.HTTPStatus.BAD_REQUEST:
            return INVALID
        case http.HTTPStatus.TOO_MANY_REQUESTS:
            return BUSY
        case http.HTTPStatus.BAD_GATEWAY | http.HTTPStatus.SERVICE_UNAVAILABLE | http.HTTPStatus.GATEWAY_TIMEOUT:
            return UNREACHABLE
    return INVALID if reason == "Invalid" else REFUSED


def _forbidden(said: str, details: dict[str, Any]) -> str:
    causes = {cause.get("reason") for cause in details.get("causes") or []}
    if "NamespaceTerminating" in causes or "because it is being terminated" in said:
        return TERMINATING
    if "exceeded quota" in said:
        return QUOTA
    if "usage per " in said or "limit is " in said:
        return LIMITS
    if "violates PodSecurity" in said:
        return POD_SECURITY
    if "ValidatingAdmissionPolicy" in said or denied_rule(said) is not None or "admission webhook" in said:
        return ADMISSION
    return FORBIDDEN


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body or "").encode()


def _short(words: str) -> str:
    return " ".join(words.split())[:400]
