"""`python infra/cluster …`: a real single-node Kubernetes for tests; see README.md."""

from testcluster.cli import main

main()
