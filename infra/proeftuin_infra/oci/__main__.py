"""`python -m proeftuin_infra.oci`: make, list, judge and write images from the command line."""

from proeftuin_infra.oci.cli import main

main()
