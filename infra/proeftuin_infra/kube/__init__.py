"""How to reach Kubernetes: manifests, and the two engines that bring them to a cluster.

Importing a module of this folder must stay cheap: `kubernetes`, `pulumi` and `pulumi_kubernetes` are imported
inside the functions that need them.
"""
