"""The command line: `python infra/cluster up | down | status | build | load-image | simulate`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from testcluster.building import HERE, KWOK, MODULES, Store, needed
from testcluster.errors import ClusterError
from testcluster.layout import Layout, Network
from testcluster.machine import Machine
from testcluster.node import import_image, live, pretend_modules

FOLDER = HERE.parent.parent / ".cluster"


def default_store() -> Path:
    """Where built programs live: what PROEFTUIN_CLUSTER_CACHE names, else a folder of the repository."""
    return Path(os.environ.get("PROEFTUIN_CLUSTER_CACHE") or FOLDER / "built").absolute()


def main(arguments: list[str] | None = None) -> None:
    """Run one command; what goes wrong is one line on standard error, exit code 1 (2 for a wrong command)."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["pretend-modules"]:  # has no options of its own: what follows is somebody else's command line
        pretend_modules(given[1:])
    options = _parser().parse_args(given)
    try:
        options.run(options)
    except ClusterError as error:
        print(f"cluster: {error}", file=sys.stderr)
        sys.exit(1)


def _machine(options: argparse.Namespace, network: Network | None = None) -> Machine:
    return Machine(Layout.of(network or options.network, options.folder), Store(options.built))


def up(options: argparse.Namespace) -> None:
    """Build what is not built, start what does not run, and print where the kubeconfig is."""
    begin = time.monotonic()
    machine = _machine(options)
    for module in needed(options.network):
        if not machine.store.has(module):
            print(f"cluster: building {module.name} (minutes, once)", file=sys.stderr)
            machine.store.build(module)
    machine.up()
    print(f"cluster: {options.network} serves after {time.monotonic() - begin:.1f} s", file=sys.stderr)
    print(f"export KUBECONFIG={machine.layout.kubeconfig}")


def down(options: argparse.Namespace) -> None:
    """Stop the named cluster, or all."""
    for network in [options.network] if options.network else Network:
        _machine(options, network).down()


def status(options: argparse.Namespace) -> None:
    """One line for each network."""
    for network in Network:
        machine = _machine(options, network)
        missing = [module.name for module in needed(network) if not machine.store.has(module)]
        if machine.ready():
            state = f"serves; KUBECONFIG={machine.layout.kubeconfig}"
        elif machine.runs():
            state = "starts or is stuck"
        else:
            state = f"does not run; not built: {', '.join(missing)}" if missing else "does not run; built"
        print(f"{network}: {state}")


def _module(name: str) -> str:
    if name not in MODULES:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(MODULES)}")
    return name


def build(options: argparse.Namespace) -> None:
    """Build modules and print where their programs are."""
    store = Store(options.built)
    for name in options.modules or [name for name in MODULES if name != "kwok"]:
        print(store.build(MODULES[name]) / "bin")


def load_image(options: argparse.Namespace) -> None:
    """Put an image archive where the kubelet of every running cluster finds it."""
    running = [machine for network in Network if (machine := _machine(options, network)).ready()]
    if not running:
        raise ClusterError("no cluster runs")
    for machine in running:
        print(import_image(machine.layout.containerd, options.archive))


def simulate(options: argparse.Namespace) -> None:
    """Become kwok, which plays every node with the annotation `kwok.x-k8s.io/node=fake`, and the pods on it."""
    machine = _machine(options)
    if not machine.ready():
        raise ClusterError(f"{options.network} does not run")
    command = kwok_command(machine)
    os.execv(command[0], command)  # noqa: S606 - no shell is what we want


def kwok_command(machine: Machine) -> list[str]:
    """Give the command line that plays nodes of a cluster that are not there; builds kwok where it is not built."""
    stages = sorted((machine.store.build(KWOK) / "stages").iterdir())
    return [
        str(machine.store.program(KWOK, "kwok")),
        f"--kubeconfig={machine.layout.kubeconfig}",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--node-lease-duration-seconds=40",
        *(f"--config={stage}" for stage in stages),
    ]


def _live(options: argparse.Namespace) -> None:
    live(Layout.of(options.network, options.folder, number=options.number), Store(options.built))


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--folder", type=Path, default=FOLDER, help="where clusters live (%(default)s)")
    shared.add_argument("--built", type=Path, default=default_store(), help="where built programs live (%(default)s)")
    parser = argparse.ArgumentParser(prog="cluster", description="A real single-node Kubernetes for tests.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[shared], help=text)
        added.set_defaults(run=run)
        return added

    starting = command("up", up, "start a cluster, building it first where needed")
    starting.add_argument("network", type=Network, choices=list(Network), nargs="?", default=Network.CILIUM)
    stopping = command("down", down, "stop a cluster (all without a name) and remove what it made")
    stopping.add_argument("network", type=Network, choices=list(Network), nargs="?")
    command("status", status, "tell what runs")
    building = command("build", build, "build the programs (kwok only when named)")
    # argparse of Python 3.11 holds a default of none against `choices`, so a wrong name is refused by its type.
    building.add_argument("modules", type=_module, nargs="*", metavar="MODULE", help=", ".join(MODULES))
    loading = command("load-image", load_image, "load a docker or OCI archive into the running clusters")
    loading.add_argument("archive", type=Path)
    simulating = command("simulate", simulate, "play nodes that are not there, until Ctrl-C (builds kwok)")
    simulating.add_argument("network", type=Network, choices=list(Network), nargs="?", default=Network.CILIUM)
    inside = command("live", _live, "(internal) be process 1 of a node")
    inside.add_argument("network", type=Network)
    inside.add_argument("number", type=int)
    return parser
