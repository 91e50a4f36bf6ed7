"""How to reach machines: processes under a warden, virtual environments, databases of a sandbox.

Nothing in here knows what a sandbox means to people; `proeftuin_sandbox` does. The local parts need
Linux: they lean on process groups, `prctl` and `/proc`.
"""
