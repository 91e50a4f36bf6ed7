"""`run.image`: an image is named by its digest or lies in the bundle, and every fault names its line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from proeftuin_infra.oci.scanning import reference_has_digest
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.local.components import Components
from proeftuin_sandbox.errors import ComponentYamlError
from proeftuin_sandbox.manifest import ImageRun, parse_manifest

DIGEST = "sha256:" + "0a" * 32
FORM = """\
apiVersion: proeftuin/v1
kind: Component
metadata:
  name: loket
  version: 1.0.0
  title: {{nl: Loket, en: Desk}}
  supplier: {{name: Voorbeeldleverancier}}
  licence: EUPL-1.2
run:
  image: {image}
"""


@pytest.mark.parametrize(
    "reference",
    [
        f"register.example/loket@{DIGEST}",
        f"register.example:5000/team-a/het_loket@{DIGEST}",
        f"127.0.0.1:5000/loket:1.2.3@{DIGEST}",
        f"loket@{DIGEST}",
    ],
)
def test_an_image_by_its_digest_is_understood(reference: str) -> None:
    """What the description accepts is what the policy accepts."""
    manifest, _ = parse_manifest(FORM.format(image=f'{{reference: "{reference}"}}'))

    assert ImageRun(reference=reference) == manifest.run
    assert reference_has_digest(reference)


def test_an_image_in_the_bundle_is_understood() -> None:
    """A path inside the bundle."""
    manifest, _ = parse_manifest(FORM.format(image="{archive: images/loket.tar}"))

    assert ImageRun(archive="images/loket.tar") == manifest.run


def test_an_image_that_was_uploaded_before_is_understood() -> None:
    """By the digest that the upload gave."""
    manifest, _ = parse_manifest(FORM.format(image=f'{{uploaded: "{DIGEST}"}}'))

    assert ImageRun(uploaded=DIGEST) == manifest.run


@pytest.mark.parametrize(
    ("image", "pointer", "nl", "en"),
    [
        ("{uploaded: 'loket:1.2'}", "/run/image/uploaded", "proeftuin image push", "proeftuin image push"),
        (f"{{uploaded: '{DIGEST}', archive: a.tar}}", "/run/image", "precies één", "exactly one"),
        ("{reference: register.example/loket}", "/run/image/reference", "digest", "digest"),
        ("{reference: 'register.example/loket:1.2'}", "/run/image/reference", "een tag alleen", "a tag alone"),
        (f"{{reference: 'loket@{DIGEST[:-1]}'}}", "/run/image/reference", "64", "64"),
        (f"{{reference: 'loket@{DIGEST.upper()}'}}", "/run/image/reference", "digest", "digest"),
        (f"{{reference: 'https://x.example/loket@{DIGEST}'}}", "/run/image/reference", "digest", "digest"),
        (f"{{reference: '../loket@{DIGEST}'}}", "/run/image/reference", "digest", "digest"),
        ("{archive: ../image.tar}", "/run/image/archive", "binnen de bundel", "inside the bundle"),
        ("{archive: /etc/passwd}", "/run/image/archive", "binnen de bundel", "inside the bundle"),
        ("{}", "/run/image", "reference of archive", "uploaded, reference or archive"),
        (f"{{archive: a.tar, reference: 'loket@{DIGEST}'}}", "/run/image", "precies één", "exactly one"),
        ("{refrence: x}", "/run/image/refrence", "bedoelde u 'reference'?", "did you mean 'reference'?"),
        ("loket", "/run/image", "sleutel: waarde", "key: value"),
    ],
)
def test_a_fault_names_its_line_and_what_to_write(image: str, pointer: str, nl: str, en: str) -> None:
    """In both languages."""
    with pytest.raises(ComponentYamlError) as caught:
        parse_manifest(FORM.format(image=image))

    (fault,) = caught.value.extra["errors"]
    assert (10, pointer) == (fault["line"], fault["pointer"])
    assert nl in fault["detail"]["nl"]
    assert en in fault["detail"]["en"]


def test_an_image_beside_another_way_to_run_is_refused() -> None:
    """Exactly one way to run; the message names all four."""
    with pytest.raises(ComponentYamlError) as caught:
        parse_manifest(FORM.format(image="{archive: a.tar}\n  command: [./x]"))

    (fault,) = caught.value.extra["errors"]
    assert "python, command, image of endpoint" in fault["detail"]["nl"]


def test_a_backend_without_containers_refuses_an_image_before_it_does_anything() -> None:
    """The cause and the way out, and nothing was unpacked."""
    manifest, _ = parse_manifest(FORM.format(image="{archive: a.tar}"))
    components = Components.__new__(Components)

    with pytest.raises(FailureError) as caught:
        next(components.deploy(None, SimpleNamespace(manifest=manifest)))  # type: ignore[arg-type, call-overload] # stops before both are used

    assert "image-not-possible" == caught.value.failure.code
    assert "run.python" in caught.value.failure.remedy.nl
