"""The skeleton of a room: a namespace in which strangers' code can do no harm.

- `spec`, `names`: what a room and a cluster need, as frozen values, and what everything is called.
- `room`, `network`, `town`, `pods`, `cluster`, `admission`: manifests as pure functions of those values.
- `components/`, `programs`: the same manifests as Pulumi resources.
- `engine`: the two ways to bring them to a cluster, `pulumi` and `direct`.
"""
