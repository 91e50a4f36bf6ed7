"""Every code that a person can meet is explained in `conformance/README.md`."""

from __future__ import annotations

import inspect
from pathlib import Path

from proeftuin_assessment import errors
from proeftuin_conformance.badges import errors as badge_errors
from proeftuin_conformance.badges.sentences import SENTENCES
from proeftuin_kernel.errors import ProeftuinError

README = (Path(__file__).parents[3] / "conformance" / "README.md").read_text("utf-8").splitlines()


def classes(module: object, root: type) -> list[type]:
    return [
        found
        for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, root) and found.__module__ == module.__name__  # type: ignore[attr-defined]  # a module
    ]


def test_the_errors_of_the_api_are_in_the_table_in_both_languages() -> None:
    expected = {
        f"| `{one.code}` | {one.status} | {one.title.nl} | {one.title.en} |" for one in classes(errors, ProeftuinError)
    }  # type: ignore[attr-defined]  # checked by the root

    assert expected <= set(README)
    assert len(expected) >= 9


def test_the_answers_about_a_badge_are_in_the_table_in_both_languages() -> None:
    assert {f"| `{code}` | {text.nl} | {text.en} |" for code, text in SENTENCES.items()} <= set(README)


def test_the_errors_of_the_badge_command_are_in_the_table() -> None:
    codes = {one.code for one in classes(badge_errors, badge_errors.BadgeError)} - {"badge-error"}

    assert codes == {code for code in codes if any(line.startswith(f"| `{code}` |") for line in README)}
