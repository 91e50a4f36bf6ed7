"""What the pages show, as frozen values: no ORM, no HTTP, no language chosen yet.

Adapters build them from the services; templates read them; the JSON twin of a page that has no API
resource is made of them.
"""
