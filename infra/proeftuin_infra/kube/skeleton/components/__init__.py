"""One Pulumi component per idea; each registers the manifests of the modules beside this folder, unchanged.

Importing a module of this folder loads Pulumi: do so inside functions.
"""
