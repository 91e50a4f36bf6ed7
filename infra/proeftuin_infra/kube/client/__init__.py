"""Modules that talk to a Kubernetes API server: objects, workloads, logs, ports. They know nothing of sandboxes.

The library `kubernetes` finds the cluster and signs in; requests and answers are plain JSON, as manifests are.
"""
