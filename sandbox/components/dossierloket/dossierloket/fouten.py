"""What can be wrong with a request, as errors that become problem details (RFC 9457).

* LoketError
  x OnbekendError               404
  x ProductNietAangebodenError  409
  x OvergangError               409  the process does not allow this act now
  x AfgeslotenError             409  the case is closed
  x SleutelHergebruiktError     409  an Idempotency-Key came back with another application
  x VersieError                 412  the case changed since the client read it
"""

from typing import ClassVar


class LoketError(Exception):
    """Root of the errors of the desk; never raised itself."""

    status: ClassVar[int]
    code: ClassVar[str]
    titel: ClassVar[str]


class OnbekendError(LoketError):
    """There is no such case, document or decision."""

    status = 404
    code = "niet-gevonden"
    titel = "Niet gevonden"


class ProductNietAangebodenError(LoketError):
    """The municipality does not offer this product."""

    status = 409
    code = "product-niet-aangeboden"
    titel = "Product wordt niet aangeboden"


class OvergangError(LoketError):
    """The process does not allow this act in the present status."""

    status = 409
    code = "overgang-niet-toegestaan"
    titel = "Overgang niet toegestaan"


class AfgeslotenError(LoketError):
    """A closed case does not change any more."""

    status = 409
    code = "dossier-afgesloten"
    titel = "Dossier is afgesloten"


class SleutelHergebruiktError(LoketError):
    """The same Idempotency-Key was used for another application."""

    status = 409
    code = "sleutel-hergebruikt"
    titel = "Idempotency-Key is al gebruikt"


class VersieError(LoketError):
    """The client acted on an old version of the case."""

    status = 412
    code = "versie-achterhaald"
    titel = "Dossier is intussen gewijzigd"
