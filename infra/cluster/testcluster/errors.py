"""What may go wrong; the command line shows each as one line."""


class ClusterError(Exception):
    """The cluster could not be built, started or stopped; the message says why and what to do."""
