"""The municipality in a room of its own: its database and its building blocks in one container.

`prepare` fills a PostgreSQL once, on a machine that builds. `python -m vlavirgem.room` copies it to where it may
write, serves it, and brings it back to its seed when it is told to.
"""
