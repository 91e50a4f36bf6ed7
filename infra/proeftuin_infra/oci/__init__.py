"""Container images without an engine: read, composed, checked and written, byte for byte the same each time.

An image lives in an `ImageStore`: blobs under their digest, and names that point at manifests. Nothing in here
runs what is in an image. Formats: OCI Image Format 1.1, and the archive of `docker save`.
"""

from proeftuin_infra.oci.archives import stream_archive, write_archive
from proeftuin_infra.oci.building import ImageBuilder
from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.model import Image, Layer
from proeftuin_infra.oci.reading import ArchiveLimits, read_archive
from proeftuin_infra.oci.scanning import ImageFinding, ImagePolicy, scan
from proeftuin_infra.oci.shelf import ImageShelf
from proeftuin_infra.oci.store import ImageStore, image_cache

__all__ = [
    "ArchiveLimits",
    "FolderLayer",
    "Image",
    "ImageBuilder",
    "ImageError",
    "ImageFinding",
    "ImagePolicy",
    "ImageSettings",
    "ImageShelf",
    "ImageStore",
    "Layer",
    "compose",
    "image_cache",
    "layer_from_folder",
    "read_archive",
    "scan",
    "stream_archive",
    "write_archive",
]
