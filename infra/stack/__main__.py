"""The Pulumi project that installs proeftuin on a cluster; all that it registers is described in the package."""  # noqa: INP001 - a project, no package

import pulumi

from proeftuin_infra.kube.stack.program import stack_program
from proeftuin_infra.kube.stack.reading import read_stack
from proeftuin_infra.kube.stack.spec import StackSpecError

config = pulumi.Config()
try:
    spec = read_stack(config.get)
except StackSpecError as error:
    raise pulumi.RunError(str(error)) from error
stack_program(spec, kubeconfig=config.get("kubeconfig"))()
