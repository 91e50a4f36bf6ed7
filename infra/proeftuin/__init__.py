"""The assembled application: what starts, who is connected to whom, and the ways in (web, CLI, worker)."""
