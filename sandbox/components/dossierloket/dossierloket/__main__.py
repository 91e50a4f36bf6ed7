"""`python -m dossierloket`."""

from dossierloket.app import bouw
from dossierloket.server import serveer

if __name__ == "__main__":
    raise SystemExit(serveer(bouw))
