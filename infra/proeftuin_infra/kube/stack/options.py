"""Every option of a platform on a cluster: its name, what it is when it is not given, and what it means.

`infra/stack/Pulumi.yaml` and the table in `infra/stack/README.md` list the same ones; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One option, as a word of configuration.

    Attributes:
        name: As `pulumi config set` takes it.
        meaning: In one line.
        default: When it is not given; None: it must be given.
        is_secret: Kept encrypted.
    """

    name: str
    meaning: str
    default: str | None = ""
    is_secret: bool = False


OPTIONS = (
    Option("installation", "Name of this platform on the cluster: 4 to 20 lower-case letters and digits", None),
    Option("host", "Public name of the web pages and the API, such as proeftuin.example", None),
    Option("image", "Image of the platform, pinned by digest", None),
    Option("stockImage", "Image with images of rooms that were made before, pinned by digest"),
    Option(
        "imageClass", "Class of a ReadWriteMany volume for images: needed when images are uploaded to several pods"
    ),
    Option("imageSize", "Of that volume", "50Gi"),
    Option("namespace", "Where the platform stands", "proeftuin-system"),
    Option("registry", "Where images of rooms go and nodes pull them: https://registry.example/proeftuin", None),
    Option("registryUser", "Who may push to and pull from it"),
    Option("registryPassword", "The password of that user", is_secret=True),
    Option("secretKey", "Signs sessions and links: at least 32 characters", None, is_secret=True),
    Option("issuerKey", "Private key in PEM that signs badges", None, is_secret=True),
    Option("oidcIssuer", "OpenID provider of the people; without it: development, with the test provider"),
    Option("oidcClientId", "Our client id there", "proeftuin"),
    Option("oidcClientSecret", "Our client secret there", is_secret=True),
    Option("database", "`managed`: somebody else runs it; `operator`: CloudNativePG does, here", "managed"),
    Option("databaseUrl", "Address of the managed database, with user and password", is_secret=True),
    Option("databaseAddresses", "Address ranges in which it is, separated by commas; none: anywhere on its port"),
    Option("databaseInstances", "Instances of the operator's database", "2"),
    Option("databaseSize", "Volume of each instance, or of our dumps", "10Gi"),
    Option("storageClass", "Class of those volumes; none: the cluster's default"),
    Option("backup", "`true`: dumps of a managed database on a volume, or the operator's to a bucket", "true"),
    Option("backupSchedule", "When, in the five fields of cron", "17 2 * * *"),
    Option("backupKeep", "Dumps that are kept, or days that one can go back to in the bucket", "14"),
    Option("backupDestination", "Bucket of the operator's backups: s3://bucket/folder"),
    Option("backupEndpoint", "Address of the service that has the bucket; none: AWS"),
    Option("backupAccessKey", "Who may write there", is_secret=True),
    Option("backupSecretKey", "The key of that user", is_secret=True),
    Option("apiReplicas", "Pods that answer people", "2"),
    Option("workers", "Pods that work jobs, and the least of them where KEDA scales them", "1"),
    Option("maxWorkers", "The most of them: KEDA makes more when more jobs wait; 0 does without KEDA", "0"),
    Option("workerConcurrency", "Jobs that one worker works at a time", "4"),
    Option("ingress", "`false`: no ingress, only the service", "true"),
    Option("ingressClass", "Which ingress controller; none: the cluster's default"),
    Option("ingressNamespace", "Where its pods are", "ingress-nginx"),
    Option("ingressAnnotations", "Further annotations of the ingress, as a JSON object", "{}"),
    Option("tlsIssuer", "ClusterIssuer of cert-manager; none: the secret is there already"),
    Option("tlsSecret", "Secret with the certificate", "proeftuin-tls"),
    Option("tier", "`hard`: rooms whose isolation is proved; `standard`: it is tried and told", "hard"),
    Option("apiServerPorts", "Ports of the API server, before and behind its service", "443,6443"),
    Option("apiServerAddresses", "Address ranges in which it is; none: anywhere on those ports"),
    Option("settings", "Further settings as a JSON object of PROEFTUIN_… variables", "{}"),
    Option("protect", "`pulumi destroy` refuses to take away volumes and the operator's database", "true"),
)
