"""The platform's side of conformance: runs in sandboxes, their evidence, badges and status lists.

`proeftuin_conformance` judges; this package decides who may ask, keeps what was found, and signs for it.
"""
