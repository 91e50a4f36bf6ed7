"""What people can say to the commands of `vlavirgem`: arguments and options, in Dutch and in English."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Profile = Annotated[str, typer.Option(help="Grootte; zie `vlavirgem profiles`. | Size; see `vlavirgem profiles`.")]
Seed = Annotated[int, typer.Option(help="Dezelfde seed geeft dezelfde gemeente. | The same seed gives the same town.")]
TownFolder = Annotated[Path, typer.Argument(metavar="TOWN", help="Map met een gemeente. | Folder with a town.")]
NewFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Map die leeg is of nog niet bestaat. | Empty or new folder.")
]
Identifiers = Annotated[
    str,
    typer.Option(
        help="safe: niemand kan de nummers hebben; realistic: gewone nummers, toeval is mogelijk. | "
        "safe: nobody can have the numbers; realistic: ordinary ones, by chance somebody's."
    ),
]
Host = Annotated[str, typer.Option(help="Adres om op te luisteren. | Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Poort; 0 kiest een vrije. | Port; 0 picks a free one.")]
TownFormat = Annotated[str, typer.Option(help="parquet of csv. | parquet or csv.")]
OnePartition = Annotated[
    str | None,
    typer.Option(help="Maak alleen een deel, zoals 3/8; zie `join`. | Make one part only, such as 3/8; see `join`."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(help="Van een gewest alleen deze NIS-code; mag vaker. | Of a region only this NIS code; repeatable."),
]
Partitions = Annotated[
    list[Path], typer.Argument(metavar="PARTITION", help="Mappen van alle delen. | Folders of all parts.")
]
Image = Annotated[str, typer.Option(help="Image met `vlavirgem` erin. | Image that holds `vlavirgem`.")]
Claim = Annotated[
    str,
    typer.Option(
        help="PersistentVolumeClaim (ReadWriteMany) waarin alle pods schrijven. | The claim that all pods write to."
    ),
]
Pods = Annotated[int, typer.Option(help="Verdeeld over zoveel pods. | Divided over so many pods.")]
JobName = Annotated[str, typer.Option(help="Naam van de Job. | Name of the Job.")]
Statistics = Annotated[
    bool,
    typer.Option("--statistics", help="Naast gepubliceerde cijfers, niet onze regels. | Beside published figures."),
]
ExportFormat = Annotated[
    str,
    typer.Option(help="parquet, csv, sqlite, postgres, geojson, geopackage, jsonld, nquads, turtle. | The format."),
]
OnlyTables = Annotated[
    list[str] | None, typer.Option(help="Alleen deze tabel; mag vaker. | Only this table; repeatable.")
]
Gzip = Annotated[bool, typer.Option("--gzip", help="Pak tekst in. | Compress text.")]
Database = Annotated[str, typer.Option(help="URL van een PostgreSQL-databank. | URL of a PostgreSQL.")]
Replace = Annotated[bool, typer.Option("--reset", help="Vervang wat er staat. | Replace what is there.")]
ServedTown = Annotated[
    Path | None,
    typer.Argument(
        metavar="TOWN", help="Map met een gemeente; anders een gehucht. | Folder with a town; else a hamlet."
    ),
]
ServedDatabase = Annotated[
    str | None,
    typer.Option(help="URL van PostgreSQL; anders start er een. | URL of PostgreSQL; else one starts."),
]
Disturbances = Annotated[
    str | None, typer.Option(help="Wat met opzet misgaat: vertraging=500;kans=20, onbeschikbaar=2. | What goes wrong.")
]
Applications = Annotated[
    Path | None, typer.Option(help="JSON-bestand met toepassingen om bij aan te melden. | Applications to sign in at.")
]
ResetTown = Annotated[
    Path | None, typer.Argument(metavar="TOWN", help="Map die wordt aangeboden. | Folder that is served.")
]
ResetDatabase = Annotated[str | None, typer.Option(help="Of haar databank. | Or its database.")]
LivingTown = Annotated[Path | None, typer.Argument(metavar="TOWN", help="Map met een gemeente. | Folder with a town.")]
Days = Annotated[int, typer.Option(help="Hoeveel dagen, 1 tot 3650. | How many days, 1 to 3650.")]
EventsFile = Annotated[str, typer.Option(help="Nieuw bestand, of - voor het scherm. | New file, or - for the screen.")]
LivingDatabase = Annotated[
    str | None, typer.Option(help="Laat de gemeente in deze databank verder leven. | Live on in this database.")
]
RegionName = Annotated[
    str | None,
    typer.Argument(metavar="REGION", help="Een gewest: toon zijn gemeenten. | A region: list its municipalities."),
]
