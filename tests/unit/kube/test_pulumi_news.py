"""What Pulumi tells, read as steps and causes."""

from __future__ import annotations

import pytest

from proeftuin_infra.kube.client import errors
from proeftuin_infra.kube.skeleton.automation.news import News, cause, is_state_damaged
from proeftuin_infra.kube.skeleton.engine import FAILED, Change, EngineStep, PlannedObject

URN = "urn:pulumi:pt-1::proeftuin-x::pulumi:pulumi:Stack$kubernetes:core/v1:Namespace::Namespace/pt-1"


def event(**content):
    from pulumi.automation import EngineEvent  # noqa: PLC0415 - slow

    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, **content})


def begun(op: str = "create", kind: str = "kubernetes:core/v1:Namespace", urn: str = URN):
    return event(resourcePreEvent={"metadata": {"op": op, "urn": urn, "type": kind, "provider": "p"}})


@pytest.mark.parametrize(
    ("said", "code", "rule"),
    [
        (
            'resourcequotas "proeftuin" is forbidden: ValidatingAdmissionPolicy x denied request: proeftuin/marks: no',
            errors.ADMISSION,
            "marks",
        ),
        ('namespaces is forbidden: User "x" cannot create resource "namespaces"', errors.FORBIDDEN, None),
        ("configured Kubernetes cluster is unreachable: dial tcp: connection refused", errors.UNREACHABLE, None),
        ("tls: failed to verify certificate: x509: certificate has expired or is not yet valid", errors.EXPIRED, None),
        ("x509: certificate signed by unknown authority", errors.CERTIFICATE, None),
        ("the server has asked for the client to provide credentials: Unauthorized", errors.LOGIN, None),
        ("something new under the sun", FAILED, None),
    ],
)
def test_what_the_cluster_says_no_with_is_told_as_its_own_client_tells_it(
    said: str, code: str, rule: str | None
) -> None:
    """One list of causes for both engines."""
    told = cause([said], "exit status 255")

    assert (code, rule, said) == (told.code, told.rule, told.said)


def test_a_command_that_failed_and_told_nothing_says_so() -> None:
    assert FAILED == cause([], "").code
    assert cause([], "").said


def test_an_object_is_told_once_and_with_its_place_in_the_whole() -> None:
    """Pulumi tells of some objects twice, when it replaces them."""
    news = News(9)

    assert EngineStep("Namespace", "pt-1", 1, 9) == news.step(begun())
    assert None is news.step(begun())
    assert EngineStep("Secret", "x", 2, 9) == news.step(begun(urn=URN.replace("Namespace/pt-1", "Secret/x")))


def test_components_and_providers_are_no_objects() -> None:
    assert None is News(9).step(begun(kind="pulumi:providers:kubernetes"))
    assert None is News.planned(begun(kind="proeftuin:sandbox:TenantNamespace"))


def test_errors_are_kept_without_their_colours_and_warnings_are_not() -> None:
    news = News(9)
    for severity in ("warning", "error"):
        said = f"<{{%fg 1%}}>{severity}:<{{%reset%}}> so it is"
        news.step(event(diagnosticEvent={"message": said, "severity": severity, "color": "raw"}))

    assert ["error: so it is"] == news.problems


@pytest.mark.parametrize(
    ("op", "change"),
    [
        ("create", Change.CREATE),
        ("same", Change.SAME),
        ("update", Change.UPDATE),
        ("delete", Change.DELETE),
        ("create-replacement", Change.UPDATE),
    ],
)
def test_a_plan_tells_what_would_become_of_an_object(op: str, change: Change) -> None:
    assert PlannedObject("Namespace", "pt-1", change) == News.planned(begun(op))


def test_only_a_state_that_cannot_be_read_is_held_to_be_damaged() -> None:
    """A damaged state is dropped; a refusal of the cluster must never lead to that."""
    assert is_state_damaged("error: could not deserialize deployment: unexpected end of JSON input")
    assert is_state_damaged("error: incorrect passphrase")
    assert not is_state_damaged("error: update failed: resource is forbidden")
