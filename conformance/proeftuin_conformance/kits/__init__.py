"""The kits that come with this package; each folder is one kit."""
