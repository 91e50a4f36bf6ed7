"""The kit `generiek-proces`: OSLO Dossier with the generic process intake, behandelen, besluiten, leveren."""
