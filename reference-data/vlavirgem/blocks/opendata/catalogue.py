"""The catalogue of the town: datasets, distributions, data services and records, as DCAT-AP with that of Flanders.

Sources: DCAT-AP 3.0.1 and DCAT-AP HVD 3.0.0 (SEMIC), DCAT-AP Vlaanderen (2026-02-24): an identifier on the catalogue
and on each record, a contact point, agents that are `dct:Agent` too. DCAT says nothing of pages: those are Hydra's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.opendata.datasets import DATASETS, HIGH_VALUE, THEMES, Dataset
from vlavirgem.blocks.opendata.facts import Facts, contact_point, publisher
from vlavirgem.blocks.opendata.formats import FORMATS, Format
from vlavirgem.blocks.opendata.graph import KNOWN
from vlavirgem.dcat import EU, coded, concept, date, in_dutch, licence, media_type, standard, texts
from vlavirgem.place import ID_BASE, SYNTHETIC_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlavirgem.blocks.block import Block

_PREFIXES = (
    "adms",
    "dcat",
    "dcatap",
    "dct",
    "dqv",
    "eli",
    "foaf",
    "geo",
    "hydra",
    "prov",
    "rdfs",
    "skos",
    "vcard",
    "xsd",
)
CONTEXT = {prefix: KNOWN[prefix] for prefix in _PREFIXES}
LDES_STANDARD = "https://w3id.org/ldes/specification"
_HVD = {"@id": "http://data.europa.eu/eli/reg_impl/2023/138/oj", "@type": "eli:LegalResource"}
_FLEMISH_PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL"
_PUBLIC = coded("access-right", "PUBLIC", "Publiek", "Public", kind="dct:RightsStatement")
_DUTCH = coded("language", "NLD", kind="dct:LinguisticSystem")
_ENGLISH = coded("language", "ENG", kind="dct:LinguisticSystem")
_PURPOSES = {
    "aantal": ("Aantal", "Number", "Hoeveel dingen erin staan.", "How many things are in it."),
    "volledigheid": (
        "Volledigheid",
        "Completeness",
        "Welk deel van het register erin staat, in procent.",
        "Which part of the register is in it, in percent.",
    ),
}


class Catalogue:
    """Describes what is open.

    Args:
        blocks: All building blocks: each is a data service.
        facts: What is known of the town.
        own: Where this building block is, for instance `/opendata/v1`.
    """

    def __init__(self, blocks: Sequence[Block], *, facts: Facts, own: str) -> None:
        self._blocks = {block.name: block for block in blocks}
        self._facts, self._served = facts, facts.served
        self._own = facts.root + own

    def page(self, *, after: int, limit: int) -> dict[str, Any]:
        """Describe the catalogue, with a number of its datasets and services."""
        iri, name = self._served.iri("catalogus/opendata"), self._served.name
        items: list[Dataset | Block] = [*DATASETS, *self._blocks.values()]
        shown = items[after : after + limit]
        datasets = [one for one in shown if isinstance(one, Dataset)]
        services = [one for one in shown if not isinstance(one, Dataset)]
        return {
            "@context": CONTEXT,
            "@id": iri,
            "@type": ["dcat:Catalog", "hydra:Collection"],
            "dct:identifier": iri,
            "dct:title": texts(f"Open data van {name}", f"Open data of {name}"),
            "dct:description": texts(
                f"Wat de verzonnen gemeente {name} voor iedereen publiceert. {SYNTHETIC_STATEMENT['nl']}",
                f"What the fictional town {name} publishes for everyone. {SYNTHETIC_STATEMENT['en']}",
            ),
            "dct:publisher": publisher(self._served),
            "dct:creator": {"@id": publisher(self._served)["@id"]},
            "dcat:contactPoint": contact_point(self._served),
            "dct:license": licence(),
            "dct:language": [_DUTCH, _ENGLISH],
            "dct:issued": date(self._facts.day),
            "dct:modified": self._facts.moment(max(self._facts.changed.values(), default=None)),
            "dct:spatial": self._facts.location(),
            "dct:conformsTo": [
                standard("https://semiceu.github.io/DCAT-AP/releases/3.0.1"),
                standard(_FLEMISH_PROFILE),
            ],
            "dcat:themeTaxonomy": {
                "@id": f"{EU}data-theme",
                "@type": "skos:ConceptScheme",
                "dct:title": texts("Thema's van gegevens", "Data themes"),
            },
            "foaf:homepage": {"@id": f"{self._own}/catalogus", "@type": "foaf:Document"},
            "dcat:dataset": [self._dataset(dataset) for dataset in datasets],
            "dcat:service": [self._service(block) for block in services],
            "dcat:record": [self._record(dataset) for dataset in datasets],
            "hydra:totalItems": len(items),
            "hydra:view": self._view(after=after, limit=limit, total=len(items)),
        }

    def dataset(self, dataset: Dataset) -> dict[str, Any]:
        """Describe one dataset, with the services that its distributions name."""
        used = {dataset.block, self._own_name} & set(self._blocks)
        return {
            "@context": CONTEXT,
            **self._dataset(dataset),
            "@included": [
                *(self._service(self._blocks[name]) for name in sorted(used)),
                self._record(dataset),
            ],
        }

    def service(self, block: Block) -> dict[str, Any]:
        """Describe one data service."""
        return {"@context": CONTEXT, **self._service(block)}

    @property
    def _own_name(self) -> str:
        return "opendata"

    def _dataset_iri(self, dataset: Dataset) -> str:
        return self._served.iri(f"dataset/{dataset.name}")

    def _service_iri(self, block: Block) -> str:
        return self._served.iri(f"dienst/{block.name}")

    def _dataset(self, dataset: Dataset) -> dict[str, Any]:
        iri = self._dataset_iri(dataset)
        nl, en = dataset.withheld
        described: dict[str, Any] = {
            "@id": iri,
            "@type": ["dcat:Dataset", "dcat:Resource"],
            "dct:identifier": iri,
            "dct:title": texts(*dataset.title),
            "dct:description": texts(
                " ".join(filter(None, (dataset.text[0], nl, SYNTHETIC_STATEMENT["nl"]))),
                " ".join(filter(None, (dataset.text[1], en, SYNTHETIC_STATEMENT["en"]))),
            ),
            "dcat:keyword": [in_dutch(word) for word in (*dataset.keywords, "verzonnen")],
            "dcat:theme": coded("data-theme", dataset.theme, *THEMES[dataset.theme]),
            "dct:publisher": publisher(self._served),
            "dcat:contactPoint": contact_point(self._served),
            "dct:accessRights": _PUBLIC,
            "dct:accrualPeriodicity": coded("frequency", "CONT", kind="dct:Frequency"),
            "dct:language": _DUTCH,
            "dct:issued": date(self._facts.day),
            "dct:modified": self._facts.moment(self._facts.changed.get(dataset.name)),
            "dcat:version": self._facts.version,
            "dct:spatial": self._facts.location(),
            "dcat:landingPage": {"@id": f"{self._own}/datasets/{dataset.name}", "@type": "foaf:Document"},
            "dct:provenance": {
                "@id": f"{iri}#herkomst",
                "@type": "dct:ProvenanceStatement",
                "rdfs:label": texts(
                    "Gemaakt door een programma, uit een profiel en een seed; wat bezoekers wijzigen, komt erbij.",
                    "Made by a program from a profile and a seed; what visitors change is added.",
                ),
            },
            "dcat:distribution": list(self._distributions(dataset)),
            "dqv:hasQualityMeasurement": list(self._measured(dataset)),
        }
        if dataset.name in self._facts.since:
            described["dct:temporal"] = {
                "@id": f"{iri}#periode",
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": date(self._facts.since[dataset.name].date().isoformat()),
            }
        if dataset.standards:
            described["dct:conformsTo"] = [standard(one) for one in dataset.standards]
        if dataset.high_value:
            described["dcatap:applicableLegislation"] = _HVD
            described["dcatap:hvdCategory"] = concept(dataset.high_value, *HIGH_VALUE[dataset.high_value])
        return described

    def _distributions(self, dataset: Dataset) -> Iterator[dict[str, Any]]:
        block = self._blocks.get(dataset.block)
        if dataset.collection and block:
            yield self._distribution(
                dataset,
                "api",
                ("API", "API"),
                access=f"{self._facts.root}{block.path}/{dataset.collection}",
                media="application/ld+json",
                file_type="JSON_LD",
                service=block,
            )
        own = self._blocks.get(self._own_name)
        streams = [(f"{self._own}/ldes/{dataset.name}", "ldes", own)] if dataset.opened else []
        streams += [(f"{self._facts.root}{block.path}/{path}", path, block) for path, _ in dataset.streams if block]
        for address, name, service in streams:
            yield self._distribution(
                dataset,
                name,
                ("Versie per versie (LDES)", "Version by version (LDES)"),
                access=address,
                media="application/ld+json",
                file_type="JSON_LD",
                service=service,
                conforms=LDES_STANDARD,
            )
        for fmt in formats_of(dataset):
            yield self._download(dataset, fmt)

    def _download(self, dataset: Dataset, fmt: Format) -> dict[str, Any]:
        address = f"{self._own}/datasets/{dataset.name}/downloads/{fmt.name}"
        return {
            **self._distribution(
                dataset,
                fmt.name,
                (f"{dataset.title[0]} als {fmt.title}", f"{dataset.title[1]} as {fmt.title}"),
                access=address,
                media=fmt.media_type,
                file_type=fmt.file_type,
                conforms=fmt.standard,
            ),
            "dcat:downloadURL": {"@id": address},
        }

    def _distribution(
        self,
        dataset: Dataset,
        name: str,
        title: tuple[str, str],
        *,
        access: str,
        media: str,
        file_type: str,
        service: Block | None = None,
        conforms: str = "",
    ) -> dict[str, Any]:
        return {
            "@id": self._served.iri(f"distributie/{dataset.name}-{name}"),
            "@type": "dcat:Distribution",
            "dct:title": texts(*title),
            "dct:description": texts("Altijd zoals de gemeente nu is.", "Always as the town is now."),
            "dcat:accessURL": {"@id": access},
            "dct:license": licence(),
            "dcat:mediaType": media_type(media),
            "dct:format": coded("file-type", file_type, kind="dct:MediaTypeOrExtent"),
            "dcatap:availability": coded("planned-availability", "AVAILABLE", "Beschikbaar", "Available"),
            "dct:language": _DUTCH,
            "dct:issued": date(self._facts.day),
            "dct:modified": self._facts.moment(self._facts.changed.get(dataset.name)),
            **({"dct:conformsTo": standard(conforms)} if conforms else {}),
            **({"dcat:accessService": {"@id": self._service_iri(service)}} if service else {}),
            **({"dcatap:applicableLegislation": _HVD} if dataset.high_value else {}),
        }

    def _service(self, block: Block) -> dict[str, Any]:
        address = self._facts.root + block.path
        served = [dataset for dataset in DATASETS if block.name in (dataset.block, self._own_name)]
        return {
            "@id": self._service_iri(block),
            "@type": "dcat:DataService",
            "dct:identifier": self._service_iri(block),
            "dct:title": in_dutch(self._served.say(block.title)),
            "dct:description": in_dutch(self._served.say(block.text)),
            "dcat:endpointURL": {"@id": address},
            "dcat:endpointDescription": {"@id": f"{address}/openapi.json"},
            "dcat:landingPage": {"@id": address, "@type": "foaf:Document"},
            "dct:conformsTo": standard("https://spec.openapis.org/oas/v3.1.0"),
            "dct:publisher": publisher(self._served),
            "dcat:contactPoint": contact_point(self._served),
            "dct:license": licence(),
            **(
                {
                    "dct:accessRights": _PUBLIC,
                    "dcat:servesDataset": [{"@id": self._dataset_iri(dataset)} for dataset in served],
                }
                if served
                else {}
            ),
        }

    def _record(self, dataset: Dataset) -> dict[str, Any]:
        iri = self._served.iri(f"catalogusrecord/{dataset.name}")
        return {
            "@id": iri,
            "@type": "dcat:CatalogRecord",
            "dct:identifier": iri,
            "dct:issued": date(self._facts.day),
            "dct:modified": self._facts.moment(self._facts.changed.get(dataset.name)),
            "dct:conformsTo": standard(_FLEMISH_PROFILE),
            "foaf:primaryTopic": {"@id": self._dataset_iri(dataset)},
        }

    def _measured(self, dataset: Dataset) -> Iterator[dict[str, Any]]:
        found: list[tuple[str, dict[str, str]]] = []
        if dataset.name in self._facts.counts:
            count = str(self._facts.counts[dataset.name])
            found.append(("aantal", {"@value": count, "@type": "xsd:integer"}))
        if dataset.opened:
            found.append(("volledigheid", {"@value": "100", "@type": "xsd:decimal"}))
        for name, value in found:
            nl, en, meaning, meaning_en = _PURPOSES[name]
            yield {
                "@id": f"{self._dataset_iri(dataset)}#{name}",
                "@type": "dqv:QualityMeasurement",
                "dqv:isMeasurementOf": {
                    "@id": f"{ID_BASE}maat/{name}",
                    "@type": "dqv:Metric",
                    "skos:prefLabel": texts(nl, en),
                    "skos:definition": texts(meaning, meaning_en),
                },
                "dqv:value": value,
            }

    def _view(self, *, after: int, limit: int, total: int) -> dict[str, Any]:
        def page(number: int) -> dict[str, str]:
            return {"@id": f"{self._own}/catalogus?limiet={limit}&cursor=na-{number}"}

        last = (total - 1) // limit * limit
        return {
            **page(after),
            "@type": "hydra:PartialCollectionView",
            "hydra:first": page(0),
            "hydra:last": page(last),
            **({"hydra:previous": page(max(0, after - limit))} if after else {}),
            **({"hydra:next": page(after + limit)} if after + limit < total else {}),
        }


def formats_of(dataset: Dataset) -> tuple[Format, ...]:
    """Give the formats in which a dataset can be taken away whole."""
    if dataset.opened:
        return tuple(fmt for fmt in FORMATS if dataset.is_on_map or not fmt.on_map)
    return FORMATS[:1] if dataset.block == "opendata" else ()
