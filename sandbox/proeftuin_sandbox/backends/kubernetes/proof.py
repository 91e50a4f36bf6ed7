"""The isolation proof of the Kubernetes backend: a probe in the room, the same probe without walls, and bad objects.

Three witnesses. The probe pod tries what a stranger's program would try. The control pod tries the same over the
network and must succeed, or the target is dead and its silence proves nothing. The API server is offered objects that
it must refuse, and one that it must accept, without storing any.
"""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.kube.client.errors import ADMISSION, CONFLICT, FORBIDDEN, NOT_FOUND, KubeError
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.client.rights import may_account
from proeftuin_infra.kube.skeleton.attempts import attempts, good_pod, refused_by
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import no_proof
from proeftuin_sandbox.backends.kubernetes.attacks import ACCOUNT, WORKLOAD_RIGHTS, Attack, network_attacks
from proeftuin_sandbox.backends.kubernetes.capabilities import BY_NETWORK, BY_NODE
from proeftuin_sandbox.backends.kubernetes.controls import probe_pod
from proeftuin_sandbox.backends.promises import Finding, Proof

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.attempts import Attempt
    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_sandbox.backends.kubernetes.controls import Controls
    from proeftuin_sandbox.backends.kubernetes.desk import Desk
    from proeftuin_sandbox.backends.kubernetes.rooms import Rooms

PROBE: Final = "probe"
_LOOK_SECONDS: Final = 0.15
_KNOWN_ENVIRONMENT: Final = frozenset(
    {"PATH", "LANG", "HOME", "HOSTNAME", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH"}
)
_OWN: Final = {
    "token": ("api-token", "P3-token-file"),
    "raw-socket": ("packets", "N14-raw"),
    "packet-socket": ("packets", "N14-packet"),
    "root": ("privileges", "E1-root"),
    "capabilities": ("privileges", "E1-capabilities"),
    "new-privileges": ("privileges", "E1-new-privileges"),
    "system-calls": ("system-calls", "E2-system-calls"),
    "mount": ("system-calls", "E1-mount"),
    "user-namespace": ("system-calls", "E1-user-namespace"),
    "keyring": ("system-calls", "E1-keyring"),
    "trace": ("system-calls", "E1-trace"),
    "kernel-setting": ("system-calls", "E1-kernel-setting"),
    "system-files": ("files", "E1-system-files"),
    "devices": ("files", "E1-devices"),
    "others": ("neighbours", "E1-others"),
    "runtime-socket": ("neighbours", "E1-runtime-socket"),
    "cpu": ("cpu", "Q1-cpu"),
    "memory": ("memory", "Q1-memory"),
    "processes": ("processes", "Q1-processes"),
}
"""Attack of the probe on its own pod → control, and name in the list of attacks."""


@dataclass(frozen=True, slots=True)
class _Testimony:
    """What the witnesses saw that need no town.

    Attributes:
        attacks: Over the network, as the probe and the control pod tried them.
        control: What the control pod could do.
        findings: Of the API server.
        at: On this process's own clock.
    """

    attacks: tuple[Attack, ...]
    control: dict[str, tuple[bool, str]]
    findings: tuple[Finding, ...]
    at: float


class Prover:
    """Proves rooms.

    Args:
        desk: The cluster.
        rooms: Describes them.
        controls: The control pods.
    """

    def __init__(self, desk: Desk, rooms: Rooms, controls: Controls) -> None:
        self._desk = desk
        self._rooms = rooms
        self._controls = controls
        self._lock = threading.Lock()
        self._heard: dict[str, _Testimony] = {}

    def begin(self, sandbox_id: str, *, image: str) -> None:
        """Have the probe start in the very moment in which a room is closed, so that it sees a policy come late.

        While the town starts, the other witnesses are heard; `prove` needs not wait for them then.

        Raises:
            KubeError: the cluster refuses.
            FailureError: the control pods do not start.
        """
        neighbour = self._controls.ready(image)
        attacks = network_attacks(self._desk, neighbour)
        spec = self._rooms.spec(sandbox_id)
        racing = [one.as_json() for one in attacks if one.id == "N1-neighbour-pod"]
        arguments = {"role": "room", "race": racing, "network": [one.as_json() for one in attacks]}
        pod = probe_pod(spec, name=PROBE, image=image, arguments=arguments, kind="proof")
        pod["spec"]["restartPolicy"] = "Never"
        self._create({"apiVersion": "v1", "kind": "Pod", **pod})
        testimony = self._hear(sandbox_id, attacks, image=image)
        with self._lock:
            self._heard = {one: heard for one, heard in self._heard.items() if self._is_recent(heard)}
            self._heard[sandbox_id] = testimony

    def prove(self, sandbox_id: str, *, image: str) -> Proof:
        """Gather what the three witnesses saw.

        Raises:
            KubeError: the cluster refuses.
            FailureError: a witness gave no answer.
        """
        namespace = namespace_of(sandbox_id)
        with ThreadPoolExecutor(1, thread_name_prefix="kube-proof") as pool:
            inward = pool.submit(self._inward, namespace)
            heard = self._recently_heard(sandbox_id)
            if heard is None or self._desk.objects.get("Pod", PROBE, namespace) is None:
                self.begin(sandbox_id, image=image)
                heard = self._recently_heard(sandbox_id)
            if heard is None:  # somebody else proves the same room
                raise FailureError(no_proof("two proofs at once"))
            seen = self._wait(namespace)
            findings = [
                *self._network(heard.attacks, seen, heard.control),
                *inward.result(),
                self._race(seen, heard.control),
                self._environment(seen),
                *self._own(seen),
                *heard.findings,
            ]
        self._desk.objects.delete("Pod", PROBE, namespace, grace=0)
        return Proof(tuple(findings))

    def _hear(self, sandbox_id: str, attacks: tuple[Attack, ...], *, image: str) -> _Testimony:
        """Have the control pod try what the probe tries, and the API server judge."""
        self._rooms.wait_until_guarded(self._rooms.spec(sandbox_id), image=image)
        with ThreadPoolExecutor(3, thread_name_prefix="kube-witness") as pool:
            control = pool.submit(self._controls.attempt, [one.as_json() for one in attacks])
            refused = pool.submit(self._admission, sandbox_id, image)
            rights = pool.submit(self._rights, namespace_of(sandbox_id))
            findings = (*refused.result(), *rights.result())
            return _Testimony(attacks, control.result(), findings, time.monotonic())

    def _recently_heard(self, sandbox_id: str) -> _Testimony | None:
        """Take what was heard a moment ago: a proof is of now."""
        with self._lock:
            heard = self._heard.pop(sandbox_id, None)
        return heard if heard is not None and self._is_recent(heard) else None

    def _is_recent(self, heard: _Testimony) -> bool:
        return time.monotonic() - heard.at < self._desk.options.proof_seconds

    def _create(self, pod: Manifest) -> None:
        """Make the probe; one of before goes first."""
        metadata = pod["metadata"]
        deadline = time.monotonic() + self._desk.options.proof_seconds
        while True:
            try:
                self._desk.objects.create(pod)
            except KubeError as error:
                if error.code not in {CONFLICT, FORBIDDEN, NOT_FOUND} or time.monotonic() > deadline:
                    raise
                if error.code == CONFLICT:
                    self._desk.objects.delete("Pod", metadata["name"], metadata["namespace"], grace=0)
                time.sleep(_LOOK_SECONDS)
            else:
                return

    def _wait(self, namespace: str) -> dict[str, Any]:
        deadline = time.monotonic() + self._desk.options.proof_seconds
        while time.monotonic() < deadline:
            pod = self._desk.objects.get("Pod", PROBE, namespace)
            if pod is None:
                raise FailureError(no_proof("the probe was taken away"))
            state = read_pod(pod)
            if state.phase in {"Succeeded", "Failed"} or state.exits:
                lines = list(self._desk.cluster.lines(f"/api/v1/namespaces/{namespace}/pods/{PROBE}/log"))
                try:
                    seen: dict[str, Any] = json.loads(lines[-1])
                except (ValueError, IndexError) as error:
                    said = lines[-1].decode(errors="replace") if lines else state.said or str(state.exits)
                    raise FailureError(no_proof(said)) from error
                return seen
            if state.waiting not in {"", "ContainerCreating", "PodInitializing"}:
                raise FailureError(no_proof(f"{state.waiting}: {state.waiting_said}"))
            time.sleep(_LOOK_SECONDS)
        raise FailureError(no_proof("the probe did not end in time"))

    def _network(
        self, attacks: tuple[Attack, ...], seen: dict[str, Any], control: dict[str, tuple[bool, str]]
    ) -> list[Finding]:
        found = []
        for one in attacks:
            worked, said = seen["network"].get(one.id, (True, "not tried"))
            lives, control_said = control.get(one.id, (False, "not tried"))
            found.append(
                Finding(
                    one.control,
                    held=not worked,
                    detected=lives,
                    detail=f"{one.host}:{one.port} room: {said}; control: {control_said}",
                    attack=one.id,
                    # What is dead for everybody proves nothing, and breaks nothing: it may not be there.
                    promised=self._is_promised(one.control) and (lives or one.must_live or worked),
                )
            )
        return found

    def _inward(self, namespace: str) -> list[Finding]:
        """Try to get in from another room: the town is alive, and only its own room may speak to it."""
        towns = [pod for pod in self._desk.pods(namespace, kind="town") if pod.is_ready]
        if not towns:
            return []
        attack = Attack("N1-from-neighbour", "rooms", "tcp", towns[0].address, 8080)
        worked, said = self._controls.attempt([attack.as_json()])[attack.id]
        return [
            Finding(
                attack.control,
                held=not worked,
                detected=True,  # its own readiness probe reaches it
                detail=f"{attack.host}:{attack.port} from the control pod: {said}",
                attack=attack.id,
                promised=self._is_promised(attack.control),
            )
        ]

    def _race(self, seen: dict[str, Any], control: dict[str, tuple[bool, str]]) -> Finding:
        race = seen["race"]
        opened = race["lastOpen"]
        words = "never open" if opened is None else f"last open after {opened:.2f} s"
        return Finding(
            "policy-race",
            held=bool(race["closed"]),
            detected=control.get("N1-neighbour-pod", (False, ""))[0],
            detail=f"{words}; {race['tries']} attempts from the first moment in {race['seconds']:.2f} s",
            attack="N11-race",
            promised=self._is_promised("policy-race"),
        )

    def _environment(self, seen: dict[str, Any]) -> Finding:
        strange = [
            name
            for name in seen["environment"]
            if name not in _KNOWN_ENVIRONMENT and not name.startswith("KUBERNETES_")
        ]
        return Finding(
            "environment",
            held=not strange,
            detected="PATH" in seen["environment"],
            detail=f"inside: {', '.join(seen['environment'])}",
            attack="environment",
        )

    def _own(self, seen: dict[str, Any]) -> list[Finding]:
        facts = seen["facts"]
        about = f"uid {facts['uid']}, uid_map {facts['users']}, {facts['machine']}"
        found = []
        for name, (control, attack) in _OWN.items():
            worked, said = seen["own"][name]
            detail = f"{said}; {about}" if attack == "E2-system-calls" else said
            found.append(
                Finding(
                    control,
                    held=not worked,
                    detected=True,
                    detail=detail,
                    attack=attack,
                    promised=self._is_promised(control),
                )
            )
        return found

    def _admission(self, sandbox_id: str, image: str) -> list[Finding]:
        """Offer the API server bad objects; a good one that it accepts shows that it does not refuse everything."""
        spec, cluster = self._rooms.spec(sandbox_id), self._rooms.prepare_cluster()
        accepted, said = self._offer(good_pod(spec, image=image))
        listed = attempts(spec, cluster, image=image)
        with ThreadPoolExecutor(6, thread_name_prefix="kube-offer") as pool:
            answers = list(pool.map(self._judge, listed))
        return [
            Finding(
                "admission",
                held=held,
                detected=accepted,
                detail=words if accepted else f"{words}; the good pod was refused too: {said}",
                attack=one.id,
            )
            for one, (held, words) in zip(listed, answers, strict=True)
        ]

    def _judge(self, one: Attempt) -> tuple[bool, str]:
        accepted, said = self._offer(one.manifest)
        by_rule = refused_by(said, one.refused_by)
        return not accepted and by_rule, said[:160] if not accepted else "accepted"

    def _offer(self, manifest: Manifest) -> tuple[bool, str]:
        try:
            self._desk.objects.create(manifest, dry_run=True)
        except KubeError as error:
            return False, error.said
        return True, ""

    def _rights(self, namespace: str) -> list[Finding]:
        """Ask what the account of the room's pods may do."""

        def ask(right: tuple[str, str, str]) -> tuple[bool, str]:
            group, resource, verb = right
            allowed = may_account(
                self._desk.cluster, namespace=namespace, account=ACCOUNT, verb=verb, resource=resource, group=group
            )
            return allowed, f"{verb} {resource}"

        try:
            answers = [ask(right) for right in WORKLOAD_RIGHTS]
        except KubeError as error:
            if error.code not in {FORBIDDEN, ADMISSION}:
                raise
            detail = "this platform may not ask (subjectaccessreviews)"
            return [Finding("rights", held=False, detected=False, detail=detail, attack="C2-rights", promised=False)]
        allowed = [words for is_allowed, words in answers if is_allowed]
        detail = f"may: {', '.join(allowed)}" if allowed else f"none of {len(answers)} rights"
        return [Finding("rights", held=not allowed, detected=True, detail=detail, attack="C2-rights")]

    def _is_promised(self, control: str) -> bool:
        return self._desk.options.tier is Tier.HARD or control not in BY_NETWORK | BY_NODE
