"""proeftuin itself on a cluster: replicas of the API and of the workers, and all that they need.

- `spec`: what an operator chooses, as frozen values; `options` and `reading` make them from flat configuration.
- `configuration`, `serving`, `network`, `database`, `scaling`: manifests as pure functions of those values.
- `components`, `program`: the same manifests as Pulumi resources; `infra/stack` is the Pulumi project.
"""
