"""What can go wrong, for callers who want to catch it.

* VlavirgemError               the command line prints it on one line and exits with 2
  + ProfileError               unknown profile, or a parameter that cannot be
  + CapacityError              more identifiers asked for than can be given safely
  + TownFolderError            a folder that holds no town, or one that cannot be read
  + ShapeError                 shapes hold something that cannot be checked
  + ExistsError                the place to write to is taken
  + DatabaseError              the database cannot be reached or holds something else
    x EarlierTownError         it holds a town of a version that could not live, or none at all
"""

from __future__ import annotations


class VlavirgemError(Exception):
    """Root of the errors of this package; its message is meant for a person."""


class ProfileError(VlavirgemError):
    """The profile is unknown, or one of its parameters is impossible."""


class CapacityError(VlavirgemError):
    """There are not enough identifiers that can never be real."""


class TownFolderError(VlavirgemError):
    """The folder holds no town, or a town that cannot be read."""


class ShapeError(VlavirgemError):
    """Shapes hold something that the check does not know, so that it cannot say that all is well."""


class ExistsError(VlavirgemError):
    """The place to write to already holds something else."""


class DatabaseError(VlavirgemError):
    """The database cannot be reached, is not empty, or holds another town."""


class EarlierTownError(DatabaseError):
    """The database holds no town, or one of a version that could not live."""
