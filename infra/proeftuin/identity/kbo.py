"""The Belgian enterprise number (KBO): ten digits, the last two check the first eight."""

from __future__ import annotations

from stdnum.be import vat
from stdnum.exceptions import ValidationError

from proeftuin.identity.errors import KboNumberError
from proeftuin_kernel.text import Text

_SHOWN = 40


def read_kbo(text: str) -> str:
    """Read an enterprise number as people write it (`0999.999.922`, `BE 0999999922`).

    Source of the rule: KBO/BCE, 97 − (first eight digits modulo 97) = last two digits; numbers start with 0 or 1.

    Returns:
        The ten digits.

    Raises:
        KboNumberError: the form or the check digits are wrong.
    """
    try:
        return str(vat.validate(text))
    except ValidationError as error:
        shown = text[:_SHOWN]
        raise KboNumberError(
            Text(
                nl=f"'{shown}' is geen ondernemingsnummer: tien cijfers, waarvan de laatste twee de rest controleren.",
                en=f"'{shown}' is no enterprise number: ten digits, of which the last two check the others.",
            ),
            extra={
                "errors": [
                    {
                        "pointer": "/body/kbo",
                        "detail": {"nl": "dit ondernemingsnummer klopt niet", "en": "this number is not valid"},
                    }
                ]
            },
        ) from error
