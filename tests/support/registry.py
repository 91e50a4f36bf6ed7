"""Push a one-layer docker archive to a registry, by the distribution API itself."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import httpx

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def push(registry: str, repository: str, archive: bytes) -> str:
    """Push the image of an archive and give its digest (OCI distribution specification 1.1, `Push`)."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        (described,) = json.loads(files.extractfile("manifest.json").read())
        config = files.extractfile(described["Config"]).read()
        layers = [files.extractfile(name).read() for name in described["Layers"]]
    with httpx.Client(base_url=f"{registry}/v2/{repository}", timeout=60) as client:
        descriptor = _blob(client, config, "application/vnd.oci.image.config.v1+json")
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": descriptor,
                "layers": [_blob(client, layer, "application/vnd.oci.image.layer.v1.tar") for layer in layers],
            }
        ).encode()
        answer = client.put("/manifests/latest", content=manifest, headers={"Content-Type": MANIFEST})
        answer.raise_for_status()
        return answer.headers["Docker-Content-Digest"]


def _blob(client: httpx.Client, content: bytes, media_type: str) -> dict[str, object]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    begun = client.post("/blobs/uploads/")
    begun.raise_for_status()
    place = httpx.URL(begun.headers["Location"]).copy_merge_params({"digest": digest})
    client.put(place, content=content).raise_for_status()
    return {"mediaType": media_type, "digest": digest, "size": len(content)}
