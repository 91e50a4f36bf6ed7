"""From a schema violation to words that help: what is wrong here, and what to write instead."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement

from proeftuin_kernel.text import Text
from proeftuin_sandbox.manifest.issues import Issue
from proeftuin_sandbox.manifest.marks import pointer
from proeftuin_sandbox.manifest.schema import validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

    from proeftuin_sandbox.manifest.marks import MarkedYaml, Path

_KINDS = {
    "string": Text(nl="een tekst", en="a text"),
    "integer": Text(nl="een geheel getal", en="a whole number"),
    "object": Text(nl="een lijst van 'sleutel: waarde'", en="a list of 'key: value'"),
    "array": Text(nl="een lijst, zoals [a, b]", en="a list, such as [a, b]"),
}


def issues_of(marked: MarkedYaml) -> list[Issue]:
    """Check a document against the schema and against what a schema cannot say."""
    issues = [issue for error in validator().iter_errors(marked.value) for issue in _explain(error, marked)]
    if not issues:
        issues = list(_requirement_issues(marked))
    return sorted(issues, key=lambda issue: (issue.mark, issue.pointer))


def requirement_fault(line: str) -> Text | None:
    """Tell why a requirement cannot be installed in a sandbox; None when it can."""
    if line.startswith("-"):
        return Text(
            nl=f"opties zoals '{line.split(maxsplit=1)[0]}' mogen niet; schrijf een pakketnaam met een versie",
            en=f"options such as '{line.split(maxsplit=1)[0]}' are not allowed; write a package name with a version",
        )
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return Text(
            nl=f"'{line}' is geen pakket volgens PEP 508; schrijf bijvoorbeeld fastapi==0.165.0",
            en=f"'{line}' is not a package by PEP 508; write for example fastapi==0.165.0",
        )
    if requirement.url is not None:
        return Text(
            nl=f"een pakket van een adres mag niet; schrijf '{requirement.name}' met een versie",
            en=f"a package from an address is not allowed; write '{requirement.name}' with a version",
        )
    return None


def _requirement_issues(marked: MarkedYaml) -> Iterator[Issue]:
    run = marked.value["run"]
    for index, line in enumerate(run.get("python", {}).get("requirements", [])):
        fault = requirement_fault(line)
        if fault is not None:
            path = ("run", "python", "requirements", index)
            yield Issue(marked.file, marked.mark(path), pointer(path), fault)


def _explain(error: ValidationError, marked: MarkedYaml) -> Iterator[Issue]:
    path: Path = tuple(error.absolute_path)
    schema: Any = error.schema  # a mapping: our schema has no `true` or `false` in it
    value: Any = error.instance
    if "propertyNames" in error.absolute_schema_path:
        inner = (*path, str(value))
        yield Issue(marked.file, marked.keys[inner], pointer(inner), _form(schema, str(value)))
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(value, sorted(schema["properties"]), path, marked)
    elif error.validator == "required":
        key = error.message.split("'")[1]  # jsonschema reports every missing key on its own
        yield _at(marked, path, _missing(key, schema, path))
    else:
        yield _at(marked, path, _describe(error, schema, path, marked))


def _unknown_keys(value: dict[str, Any], known: list[str], path: Path, marked: MarkedYaml) -> Iterator[Issue]:
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = (
                Text(nl=f"bedoelde u '{near[0]}'?", en=f"did you mean '{near[0]}'?")
                if near
                else Text(nl=f"hier kan: {', '.join(known)}", en=f"possible here: {', '.join(known)}")
            )
            inner = (*path, key)
            yield Issue(
                marked.file,
                marked.keys[inner],
                pointer(inner),
                Text(nl=f"'{key}' bestaat hier niet; {hint.nl}", en=f"'{key}' does not exist here; {hint.en}"),
            )


def _missing(key: str, schema: dict[str, Any], path: Path) -> Text:
    examples = schema.get("properties", {}).get(key, {}).get("examples") or [None]
    where = ".".join(str(part) for part in path)
    example = f"{key}: {examples[0]}" if examples[0] is not None else f"{key}: …"
    return Text(
        nl=f"'{key}' ontbreekt{f' in {where}' if where else ''}; voeg toe: {example}",
        en=f"'{key}' is missing{f' in {where}' if where else ''}; add: {example}",
    )


def _describe(  # noqa: C901, PLR0911 - one return per keyword of the schema reads best
    error: ValidationError, schema: dict[str, Any], path: Path, marked: MarkedYaml
) -> Text:
    value: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "type":
            return _wrong_kind(str(rule), value, marked.written.get(path))
        case "enum":
            return _not_in_list([str(one) for one in rule], value)
        case "pattern":
            return _form(schema, str(value))
        case "minimum" | "maximum":
            low, high = schema.get("minimum"), schema.get("maximum")
            return Text(
                nl=f"{value} kan niet; kies {low} tot {high}", en=f"{value} is not possible; {low} to {high} is"
            )
        case "minProperties" | "maxProperties" if path == ("run",):
            return Text(
                nl="kies precies één van python, command, image of endpoint",
                en="choose exactly one of python, command, image or endpoint",
            )
        case "minProperties" | "maxProperties" if path == ("run", "image"):
            return Text(
                nl="kies precies één van uploaded, reference of archive",
                en="choose exactly one of uploaded, reference or archive",
            )
        case "not":
            first, second = schema.get("x-exclusive", ["", ""])
            return Text(nl=f"kies '{first}' of '{second}', niet beide", en=f"choose '{first}' or '{second}', not both")
        case "uniqueItems":
            return Text(nl="elke waarde mag één keer voorkomen", en="every value may occur once")
        case "minLength" | "minItems":
            return Text(nl="dit mag niet leeg zijn", en="this may not be empty")
        case "maxLength" | "maxItems" | "maxProperties":
            return Text(nl=f"te lang; hoogstens {rule}", en=f"too long; at most {rule}")
        case _:
            return Text(nl=f"ongeldige waarde ({error.validator})", en=f"invalid value ({error.message})")


def _wrong_kind(kind: str, value: Any, written: str | None) -> Text:
    wanted = _KINDS[kind]
    if value is None:
        return Text(nl=f"hier ontbreekt een waarde: {wanted.nl}", en=f"a value is missing here: {wanted.en}")
    if kind == "string" and written is not None:
        return Text(
            nl=f'YAML leest {written} niet als tekst; zet er aanhalingstekens rond: "{written}"',
            en=f'YAML does not read {written} as text; put quotes around it: "{written}"',
        )
    shown = json.dumps(value, ensure_ascii=False, default=str)[:60]
    return Text(nl=f"{shown} is niet {wanted.nl}", en=f"{shown} is not {wanted.en}")


def _not_in_list(options: list[str], value: Any) -> Text:
    near = difflib.get_close_matches(str(value), options, n=1, cutoff=0.5)
    if near:
        return Text(
            nl=f"'{value}' bestaat niet; bedoelde u '{near[0]}'?",
            en=f"'{value}' does not exist; did you mean '{near[0]}'?",
        )
    listed = ", ".join(options)
    return Text(nl=f"'{value}' bestaat niet; schrijf: {listed}", en=f"'{value}' does not exist; write: {listed}")


def _form(schema: dict[str, Any], value: str) -> Text:
    form = schema.get("x-form", {"nl": schema.get("pattern", ""), "en": schema.get("pattern", "")})
    return Text(
        nl=f"'{value[:60]}' past niet; schrijf {form['nl']}", en=f"'{value[:60]}' does not fit; write {form['en']}"
    )


def _at(marked: MarkedYaml, path: Path, message: Text) -> Issue:
    return Issue(marked.file, marked.mark(path), pointer(path), message)
