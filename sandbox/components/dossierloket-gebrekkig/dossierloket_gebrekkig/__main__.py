"""`python -m dossierloket_gebrekkig`."""

from dossierloket.app import bouw
from dossierloket.server import serveer

from dossierloket_gebrekkig.gebreken import EigenFoutvorm, SlordigLoket, ZonderMotivering

if __name__ == "__main__":
    raise SystemExit(serveer(lambda omgeving: EigenFoutvorm(ZonderMotivering(bouw(omgeving, soort=SlordigLoket)))))
