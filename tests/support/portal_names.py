"""Names, moments and words that the made-up things on the pages share."""

from __future__ import annotations

from datetime import UTC, datetime

from proeftuin_kernel.text import Text

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TAIL = "0" * 26
SANDBOX = f"sbx-{TAIL}"
BUSY_SANDBOX = f"sbx-{'1' * 26}"
FAILED_SANDBOX = f"sbx-{'2' * 26}"
RUN = f"run-{TAIL}"
PASSED_RUN = f"run-{'1' * 26}"
BUSY_RUN = f"run-{'2' * 26}"
ERROR_RUN = f"run-{'3' * 26}"
BADGE = f"bdg-{TAIL}"
REVOKED_BADGE = f"bdg-{'1' * 26}"
TOKEN = f"tok-{TAIL}"
ORGANISATION = f"org-{TAIL}"
ORGANISATION_OF_OTHERS = f"org-{'1' * 26}"
API_RULES = Text(nl="API-regels", en="API rules")
PROCESS = Text(nl="Generiek proces", en="Generic process")


def both(words: str) -> Text:
    """The same words in both languages; for names."""
    return Text(nl=words, en=words)
