"""How a Docker engine is reached: networks, containers, volumes, images, logs.

Knows nothing of sandboxes; what a network or container is for stands in its labels. The only package that
imports `docker`, and it does so when an engine is first asked something, as that import is slow.
"""
