"""Why something did not work on a cluster, in words for people."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from proeftuin_infra.kube.client import errors, pushing, trouble
from proeftuin_infra.kube.client.deleting import NamespaceStuckError
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.process_status import Ended
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure, FailureError
from proeftuin_sandbox.backends.explain import explain_end
from proeftuin_sandbox.backends.failures import AGAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.client.trouble import Trouble
    from proeftuin_infra.limits import Limits

_SAID = 300


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a cluster says into a failure with a cause and a remedy."""
    try:
        yield
    except KubeError as error:
        raise FailureError(failure_of(error)) from error
    except NamespaceStuckError as error:
        raise FailureError(stuck(error)) from error


def failure_of(error: KubeError) -> Failure:
    """Explain what a cluster says."""
    cause, remedy = _CLUSTER.get(error.code, _CLUSTER[errors.REFUSED])
    said = error.said[:_SAID]
    return Failure(
        error.code if error.code in _CLUSTER else errors.REFUSED,
        Text(nl=cause.nl.format(said=said, rule=error.rule), en=cause.en.format(said=said, rule=error.rule)),
        remedy,
        is_transient=error.is_transient or error.code in _OPERATOR_CAN_MEND,
    )


def stuck(error: NamespaceStuckError) -> Failure:
    """Explain that a namespace does not go."""
    held = "; ".join(one.said for one in error.held)[:_SAID] or "?"
    return Failure(
        "namespace-stuck",
        Text(
            nl=f"De naamruimte van de proeftuin gaat niet weg. De cluster zegt: {held}",
            en=f"The namespace of the sandbox does not go. The cluster says: {held}",
        ),
        Text(
            nl="Het platform probeert opnieuw. Beheerder: herstel wat genoemd is: een finalizer of een APIService.",
            en="The platform tries again. Operator: mend what is named: a finalizer or an APIService.",
        ),
        is_transient=True,
    )


def component_failure(found: Trouble, *, limits: Limits, said: str) -> Failure:
    """Explain why a component does not run.

    Args:
        found: What the cluster shows.
        limits: The component's ceilings.
        said: The last line that it wrote, to quote.
    """
    ended = _as_ended(found)
    if ended is not None:
        return explain_end(ended, limits=limits, said=said)
    if found.code == trouble.PROBE_REFUSED:
        return Failure(
            found.code,
            Text(
                nl=f"De gezondheidscontrole antwoordt met {found.status}.",
                en=f"The health check answers {found.status}.",
            ),
            Text(
                nl="Laat health.path in component.yaml naar een pad wijzen dat 200 geeft zodra de component werkt.",
                en="Have health.path in component.yaml point to a path that gives 200 once the component works.",
            ),
        )
    words = _COMPONENT.get(found.code)
    if words is None:
        return failure_of(KubeError(found.code, found.said, rule=found.rule))
    cause, remedy, transient = words
    detail = found.said[:_SAID]
    return Failure(
        found.code,
        Text(nl=cause.nl.format(said=detail), en=cause.en.format(said=detail)),
        remedy,
        is_transient=transient,
    )


def _as_ended(found: Trouble) -> Ended | None:
    """Say in the words of the other backends how a program ended; None when it did not."""
    match found.code:
        case trouble.EXITED if found.signal is not None:
            ended = Ended("signalled", signal=found.signal)
        case trouble.EXITED:
            ended = Ended("exited", exit_code=found.exit_code)
        case trouble.PROGRAM_MISSING:
            ended = Ended("not-started", detail=_program(found.said))
        case trouble.NOT_EXECUTABLE:
            ended = Ended("not-started", detail="Permission denied")
        case trouble.WRONG_FORMAT:
            ended = Ended("not-started", detail="Exec format error")
        case trouble.OUT_OF_MEMORY:
            ended = Ended("memory-limit")
        case trouble.DISK_FULL:
            ended = Ended("disk-limit")
        case _:
            return None
    return ended


def _program(said: str) -> str:
    quoted = said.split('"')
    return quoted[1] if len(quoted) > 2 else said[:_SAID]  # noqa: PLR2004 - something stands between quotes


_OPERATOR_CAN_MEND = frozenset(
    {errors.EXPIRED, errors.CERTIFICATE, errors.LOGIN, errors.FORBIDDEN, errors.CONFIG, pushing.REGISTRY_UNREACHABLE}
)
"""Not the fault of who asked: the platform keeps trying while the operator mends it."""

_CLUSTER: dict[str, tuple[Text, Text]] = {
    errors.UNREACHABLE: (
        Text(
            nl="De API-server van de cluster antwoordt niet: {said}",
            en="The API server of the cluster does not answer: {said}",
        ),
        Text(
            nl="Het platform probeert opnieuw; wat draait, blijft draaien. Beheerder: controleer de cluster.",
            en="The platform tries again; what runs keeps running. Operator: check the cluster.",
        ),
    ),
    errors.EXPIRED: (
        Text(
            nl="Het certificaat van de cluster, of dat van het platform, is verlopen.",
            en="The certificate of the cluster, or that of the platform, has expired.",
        ),
        Text(
            nl="Beheerder: vernieuw het certificaat en de kubeconfig (PROEFTUIN_KUBECONFIG).",
            en="Operator: renew the certificate and the kubeconfig (PROEFTUIN_KUBECONFIG).",
        ),
    ),
    errors.CERTIFICATE: (
        Text(nl="Het certificaat van de cluster klopt niet: {said}", en="The cluster's certificate is wrong: {said}"),
        Text(
            nl="Beheerder: controleer certificate-authority in de kubeconfig (PROEFTUIN_KUBECONFIG).",
            en="Operator: check certificate-authority in the kubeconfig (PROEFTUIN_KUBECONFIG).",
        ),
    ),
    errors.LOGIN: (
        Text(nl="De cluster herkent het platform niet: {said}", en="The cluster does not know the platform: {said}"),
        Text(
            nl="Beheerder: vernieuw het token of certificaat in de kubeconfig.",
            en="Operator: renew the token or certificate in the kubeconfig.",
        ),
    ),
    errors.CONFIG: (
        Text(nl="De kubeconfig is niet bruikbaar: {said}", en="The kubeconfig cannot be used: {said}"),
        Text(
            nl="Beheerder: laat PROEFTUIN_KUBECONFIG naar een geldig bestand wijzen.",
            en="Operator: have PROEFTUIN_KUBECONFIG point to a valid file.",
        ),
    ),
    errors.FORBIDDEN: (
        Text(nl="Het platform heeft een recht niet op de cluster: {said}", en="The platform lacks a right: {said}"),
        Text(
            nl="Beheerder: geef het platform de rechten uit infra/README.md.",
            en="Operator: give the platform the rights listed in infra/README.md.",
        ),
    ),
    errors.QUOTA: (
        Text(
            nl="Dit past niet meer in het quotum van de proeftuin: {said}",
            en="This does not fit in the sandbox's quota any more: {said}",
        ),
        Text(
            nl="Stop een andere component, of vraag minder met resources in component.yaml.",
            en="Stop another component, or ask for less with resources in component.yaml.",
        ),
    ),
    errors.LIMITS: (
        Text(
            nl="Dit is meer dan één component mag vragen: {said}",
            en="This is more than one component may ask for: {said}",
        ),
        Text(nl="Vraag minder met resources in component.yaml.", en="Ask for less with resources in component.yaml."),
    ),
    errors.POD_SECURITY: (
        Text(
            nl="De cluster laat dit niet toe (Pod Security restricted): {said}",
            en="The cluster does not allow this (Pod Security restricted): {said}",
        ),
        Text(nl="Laat de component zonder voorrechten draaien.", en="Have the component run without privileges."),
    ),
    errors.ADMISSION: (
        Text(
            nl="De regels van het platform laten dit niet toe ({rule}): {said}",
            en="The platform's rules do not allow this ({rule}): {said}",
        ),
        Text(nl="Pas de component aan aan wat de regel vraagt.", en="Make the component as the rule asks."),
    ),
    errors.TERMINATING: (
        Text(nl="De vorige kamer van deze proeftuin wordt nog afgebroken.", en="The former room is still going."),
        AGAIN,
    ),
    errors.BUSY: (
        Text(nl="De API-server heeft het te druk.", en="The API server is too busy."),
        AGAIN,
    ),
    errors.REFUSED: (
        Text(nl="De cluster weigert: {said}", en="The cluster refuses: {said}"),
        AGAIN,
    ),
    errors.INVALID: (
        Text(nl="De cluster vindt een object ongeldig: {said}", en="The cluster finds an object invalid: {said}"),
        Text(nl="Meld dit aan de beheerder.", en="Tell the operator."),
    ),
    pushing.REGISTRY_UNREACHABLE: (
        Text(nl="Het imageregister antwoordt niet: {said}", en="The image registry does not answer: {said}"),
        Text(
            nl="Het platform probeert opnieuw. Beheerder: controleer PROEFTUIN_KUBERNETES_REGISTRY.",
            en="The platform tries again. Operator: check PROEFTUIN_KUBERNETES_REGISTRY.",
        ),
    ),
    pushing.REGISTRY_REFUSED: (
        Text(nl="Het imageregister weigert het image: {said}", en="The image registry refuses the image: {said}"),
        Text(
            nl="Beheerder: controleer de rechten en de plaats in het register.",
            en="Operator: check the rights at, and the space in, the registry.",
        ),
    ),
}

_OPERATOR = Text(nl="Meld dit aan de beheerder.", en="Tell the operator.")
_COMPONENT: dict[str, tuple[Text, Text, bool]] = {
    trouble.IMAGE_MISSING: (
        Text(nl="Het image bestaat niet: {said}", en="The image does not exist: {said}"),
        Text(
            nl="Controleer de naam en de digest van het image, en duw het eerst naar het register.",
            en="Check the image's name and digest, and push it to the registry first.",
        ),
        False,
    ),
    trouble.IMAGE_REFUSED: (
        Text(nl="Het register geeft het image niet: {said}", en="The registry does not give the image: {said}"),
        Text(
            nl="Beheerder: controleer gebruiker en wachtwoord van het register.",
            en="Operator: check the registry's user and password.",
        ),
        False,
    ),
    trouble.IMAGE_UNREACHABLE: (
        Text(nl="De node bereikt het register niet: {said}", en="The node does not reach the registry: {said}"),
        AGAIN,
        True,
    ),
    trouble.WRONG_PROCESSOR: (
        Text(
            nl="Het image is gemaakt voor een andere processor: {said}",
            en="The image is made for another processor: {said}",
        ),
        Text(nl="Bouw het met --platform linux/amd64.", en="Build it with --platform linux/amd64."),
        False,
    ),
    trouble.RUNS_AS_ROOT: (
        Text(nl="Het image wil als root draaien: {said}", en="The image wants to run as root: {said}"),
        Text(
            nl="Zet USER 10001:10001 in de Dockerfile: een getal, geen naam.",
            en="Put USER 10001:10001 in the Dockerfile: a number, not a name.",
        ),
        False,
    ),
    trouble.TOO_MANY_PROCESSES: (
        Text(
            nl="De component wilde meer processen dan een pod mag hebben: {said}",
            en="The component wanted more processes than a pod may have: {said}",
        ),
        Text(
            nl="Start minder processen en draden; de grens is van de node (podPidsLimit).",
            en="Start fewer processes and threads; the bound is the node's (podPidsLimit).",
        ),
        False,
    ),
    trouble.EVICTED: (
        Text(nl="De node zette de component eruit: {said}", en="The node evicted the component: {said}"),
        AGAIN,
        True,
    ),
    trouble.NO_PLACE: (
        Text(nl="Er is geen plaats op de cluster: {said}", en="There is no room on the cluster: {said}"),
        Text(
            nl="Probeer later opnieuw, of vraag minder geheugen in component.yaml.",
            en="Try again later, or ask for less memory in component.yaml.",
        ),
        True,
    ),
    trouble.VOLUME_PENDING: (
        Text(nl="De cluster maakt het volume niet: {said}", en="The cluster does not make the volume: {said}"),
        Text(
            nl="Beheerder: controleer PROEFTUIN_KUBERNETES_STORAGE_CLASS.",
            en="Operator: check PROEFTUIN_KUBERNETES_STORAGE_CLASS.",
        ),
        True,
    ),
    trouble.SETTINGS_MISSING: (
        Text(nl="Een instelling van de component ontbreekt: {said}", en="A setting is missing: {said}"),
        _OPERATOR,
        False,
    ),
    trouble.PROBE_SILENT: (
        Text(
            nl="De gezondheidscontrole krijgt geen antwoord: {said}",
            en="The health check gets no answer: {said}",
        ),
        Text(
            nl="Controleer of de component HTTP spreekt en niet vastloopt bij het eerste verzoek.",
            en="Check that the component speaks HTTP and does not hang on its first request.",
        ),
        False,
    ),
    trouble.PORT_CLOSED: (
        Text(
            nl="De component draait, maar opende zijn poort niet op tijd.",
            en="The component runs, but did not open its port in time.",
        ),
        Text(
            nl="Luister op HOST en PORT uit de omgeving; start het traag, verhoog dan health.timeoutSeconds.",
            en="Listen on HOST and PORT from the environment; if it starts slowly, raise health.timeoutSeconds.",
        ),
        False,
    ),
}
