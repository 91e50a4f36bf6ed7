"""component.yaml: valid ones are understood, and each fault names its line and what to write instead."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from proeftuin_sandbox.errors import ComponentYamlError
from proeftuin_sandbox.manifest import PythonRun, component_schema, parse_manifest, read_manifest
from support.sandbox_bundles import component

GOOD = """\
apiVersion: proeftuin/v1
kind: Component
metadata:
  name: dossierloket
  version: 1.0.0
  title: {nl: Dossierloket, en: Case desk}
  supplier: {name: Voorbeeldleverancier}
  licence: EUPL-1.2
run:
  python:
    requirements: [fastapi==0.165.0]
    command: [python, -m, dossierloket]
health: {path: /gezondheid, timeoutSeconds: 30}
claims:
  - {kit: api-regels, actor: aanbieder}
needs: [basisregisters]
resources: {memoryMiB: 512}
environment: {NAAM: waarde}
"""


def faults(text: str) -> list[tuple[int, int, str, str]]:
    """Give line, column, pointer and the Dutch words of each fault."""
    with pytest.raises(ComponentYamlError) as caught:
        parse_manifest(text)
    return [
        (fault["line"], fault["column"], fault["pointer"], fault["detail"]["nl"])
        for fault in caught.value.extra["errors"]
    ]


def test_a_valid_description_is_understood_with_its_defaults() -> None:
    """What is not said has a documented default."""
    manifest, plain = parse_manifest(GOOD)

    assert "dossierloket" == manifest.name
    assert PythonRun(("python", "-m", "dossierloket"), ("fastapi==0.165.0",)) == manifest.run
    assert (512, 600) == (manifest.limits.memory_mib, manifest.limits.cpu_seconds)
    assert plain == json.loads(json.dumps(plain))


def test_the_functions_of_a_municipality_are_optional_and_checked_by_their_form() -> None:
    """Which ones exist is for the catalogue to say, when the component is listed."""
    licence = "  licence: EUPL-1.2\n"
    manifest, _ = parse_manifest(GOOD.replace(licence, f"{licence}  domains: [dienstverlening, data-en-kaarten]\n"))

    assert ("dienstverlening", "data-en-kaarten") == manifest.domains
    assert () == parse_manifest(GOOD)[0].domains
    assert [(9, "/metadata/domains/0")] == [
        (line, pointer)
        for line, _, pointer, _ in faults(GOOD.replace(licence, f"{licence}  domains: [Dienst verlening]\n"))
    ]


@pytest.mark.parametrize(
    ("written", "instead", "line", "column", "pointer", "words"),
    [
        ("version: 1.0.0", "version: 1.10", 5, 12, "/metadata/version", '"1.10"'),
        ("version: 1.0.0", "version: v1", 5, 12, "/metadata/version", "drie getallen"),
        ("nl: Dossierloket", "nl: no", 6, 15, "/metadata/title/nl", '"no"'),
        ("  licence: EUPL-1.2\n", "", 4, 3, "/metadata", "voeg toe: licence: EUPL-1.2"),
        ("{memoryMiB: 512}", "{memMiB: 512}", 17, 13, "/resources/memMiB", "bedoelde u 'memoryMiB'?"),
        ("{memoryMiB: 512}", "{memoryMiB: 8}", 17, 24, "/resources/memoryMiB", "kies 32 tot 4096"),
        ("{memoryMiB: 512}", "{memoryMiB: veel}", 17, 24, "/resources/memoryMiB", "een geheel getal"),
        ("kind: Component", "kind: Componnt", 2, 7, "/kind", "bedoelde u 'Component'?"),
        ("[basisregisters]", "[basisregister]", 16, 9, "/needs/0", "bedoelde u 'basisregisters'?"),
        ("{NAAM: waarde}", "{PORT: '1'}", 18, 15, "/environment/PORT", "geeft de proeftuin zelf"),
        ("{NAAM: waarde}", "{NAAM: 1}", 18, 21, "/environment/NAAM", '"1"'),
        ("fastapi==0.165.0", "fastapi=0.165.0", 11, 20, "/run/python/requirements/0", "PEP 508"),
        ("fastapi==0.165.0", "-e .", 11, 20, "/run/python/requirements/0", "opties"),
        ("fastapi==0.165.0", "x @ file:///etc/passwd", 11, 20, "/run/python/requirements/0", "adres"),
        ("[python, -m, dossierloket]", "python", 12, 14, "/run/python/command", "een lijst"),
        ("[python, -m, dossierloket]", "[]", 12, 14, "/run/python/command", "niet leeg"),
        ("  python:", "  command: [./x]\n  python:", 10, 3, "/run", "precies één"),
        ("requirements:", "requirementsFile: a.txt\n    requirements:", 11, 5, "/run/python", "niet beide"),
        ("path: /gezondheid", "path: gezondheid", 13, 16, "/health/path", "begint"),
        ("health:", "health: &h", 13, 9, "", "ankers"),
        ("health:", "\thealth:", 13, 1, "", "tab"),
        ("run:", "kind: Component\nrun:", 9, 1, "/kind", "al op regel 2"),
        ("name: Voorbeeldleverancier", "name: 'x", 8, 14, "", "YAML"),
        ("NAAM: waarde", 'NAAM: "a\\0b"', 18, 21, "", "geen tekst"),
        ("NAAM: waarde", "NAAM: !!python/name:os.system x", 18, 21, "", "etiket"),
        ("nl: Dossierloket", "? [a] : b, nl: x", 6, 13, "", "sleutel"),
    ],
)
def test_each_fault_names_its_place_and_what_to_write(  # noqa: PLR0917
    written: str, instead: str, line: int, column: int, pointer: str, words: str
) -> None:
    """Nobody has to guess which of a hundred lines is meant."""
    found = faults(GOOD.replace(written, instead, 1))

    if column == 14 and line == 8:  # an unclosed quote is noticed where the text ends
        assert words in found[0][3]
        return
    assert [(line, column, pointer)] == [one[:3] for one in found]
    assert words in found[0][3]


def test_all_faults_are_given_at_once_in_the_order_of_the_file() -> None:
    """A supplier mends everything in one go."""
    text = GOOD.replace("kind: Component", "kind: X").replace("memoryMiB: 512", "memoryMiB: 1")

    assert [2, 17] == [fault[0] for fault in faults(text)]


@pytest.mark.parametrize("text", ["", "- a", "a", "[" * 60_000, "x" * 70_000, "--- a\n--- b", "a: \x00", "{", "? ? ?"])
def test_what_is_no_description_at_all_is_refused_with_words(text: str) -> None:
    """No input makes the parser fall over."""
    assert 1 <= len(faults(text))


def test_a_folder_without_a_description_says_how_to_make_one(tmp_path) -> None:
    """The way out stands in the message."""
    with pytest.raises(ComponentYamlError) as caught:
        read_manifest(tmp_path)

    assert "component init" in caught.value.detail.nl


def test_a_description_that_is_not_utf_8_is_refused(tmp_path) -> None:
    """A wrong encoding is a fault of the file, not of the platform."""
    component(tmp_path)
    (tmp_path / "component.yaml").write_bytes(b"title: \xff")
    with pytest.raises(ComponentYamlError, match="UTF-8"):
        read_manifest(tmp_path)


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """The schema is valid 2020-12, describes every key, and accepts what we accept."""
    schema = component_schema()
    Draft202012Validator.check_schema(schema)

    assert [] == list(Draft202012Validator(schema).iter_errors(parse_manifest(GOOD)[1]))
    assert all("description" in part or "$ref" in part for part in schema["properties"].values())
