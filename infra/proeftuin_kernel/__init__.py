"""What every area shares: ids, time, settings, errors, events, the database, rights, jobs and the web edge.

The kernel holds no business behaviour. Something moves here when a second area needs it.
"""
