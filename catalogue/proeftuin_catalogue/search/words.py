"""How text becomes words, the same for every index: folded, split, and stripped of little words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import tantivy

WORDS_IN_A_QUERY = 12
WORD_LENGTH = 60
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})


def folded(text: str) -> str:
    """Lower the case and drop accents, then join the words by single spaces (`Financiën!` → `financien`)."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(word[:WORD_LENGTH] for word in _WORD.findall(letters))


def wanted(text: str) -> tuple[str, ...]:
    """Give the words of a question, each once, without Dutch and English little words (`voor`, `the`)."""
    words = _without_little_words().analyze(folded(text))
    return tuple(dict.fromkeys(words))[:WORDS_IN_A_QUERY]


@cache
def _without_little_words() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.stopword("dutch"))
        .filter(tantivy.Filter.stopword("english"))
        .build()
    )
