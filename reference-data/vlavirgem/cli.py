"""`vlavirgem`: make, check, export, load and serve a fictional municipality."""

from __future__ import annotations

import typer

from vlavirgem.cli_options import (
    Applications,
    Claim,
    Database,
    Days,
    Disturbances,
    EventsFile,
    ExportFormat,
    Gzip,
    Host,
    Identifiers,
    Image,
    JobName,
    LivingDatabase,
    LivingTown,
    NewFolder,
    OnePartition,
    Only,
    OnlyTables,
    Partitions,
    Pods,
    Port,
    Profile,
    RegionName,
    Replace,
    ResetDatabase,
    ResetTown,
    Seed,
    ServedDatabase,
    ServedTown,
    Statistics,
    TownFolder,
    TownFormat,
)
from vlavirgem.errors import VlavirgemError

app = typer.Typer(
    help="VlaVirGem: een verzonnen Vlaamse gemeente om software op te testen. | A fictional Flemish municipality.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def generate(
    out: NewFolder,
    profile: Profile = "gehucht",
    seed: Seed = 1830,
    *,
    to: TownFormat = "parquet",
    partition: OnePartition = None,
    only: Only = None,
    identifiers: Identifiers = "safe",
) -> None:
    """Maak een gemeente, of een heel gewest, en schrijf ze in een map. | Generate a municipality, or a region."""
    from vlavirgem.making import Partition, generate_folder, generate_partition  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.profile import load_profile  # noqa: PLC0415 - idem
    from vlavirgem.regions import load_region, region_names  # noqa: PLC0415 - idem

    share = None if partition is None else Partition.parse(partition)
    if profile in region_names():
        from vlavirgem.cli_regions import generate_region  # noqa: PLC0415 - idem

        _say(f"Het gewest ({profile}, seed {seed}) wordt gemaakt …")
        region = load_region(profile).with_identifiers(identifiers)
        typer.echo(f"{out} {generate_region(region, out, seed=seed, to=to, share=share, only=only or [])}")
        return
    if only:
        raise VlavirgemError(f"--only chooses municipalities of a region; {profile} is one municipality.")
    chosen = load_profile(profile).with_identifiers(identifiers)
    if share is not None and to != "parquet":
        raise VlavirgemError("A partition is written as parquet; export the town when it is whole.")
    _say(f"De gemeente ({profile}, seed {seed}) wordt gemaakt …")
    if share is None:
        typer.echo(f"{out} {generate_folder(chosen, seed=seed, folder=out, fmt=to, progress=_progress)}")
        return
    parts = generate_partition(chosen, seed=seed, folder=out, partition=share, progress=_progress)
    typer.echo(f"{out} {parts}")


def _progress(done: int, of: int) -> None:
    if of > 1:
        _say(f"deel {done} van {of}")


@app.command()
def join(
    out: NewFolder,
    partitions: Partitions,
) -> None:
    """Voeg de delen van een gemeente of een gewest samen. | Join the partitions of a municipality or a region."""
    from vlavirgem.making import join as put_together  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.region_making import is_region_partition, join_region, read_region_partition  # noqa: PLC0415 - idem
    from vlavirgem.regions import load_region  # noqa: PLC0415 - idem

    if is_region_partition(partitions[0]):
        region = load_region(read_region_partition(partitions[0]).region)
        typer.echo(f"{out} {join_region(region, partitions=partitions, folder=out)}")
        return
    typer.echo(f"{out} {put_together(partitions, out)}")


@app.command()
def job(  # noqa: PLR0917 - the command line names them
    image: Image,
    claim: Claim,
    partitions: Pods = 8,
    name: JobName = "vlavirgem",
    profile: Profile = "centrumstad",
    seed: Seed = 1830,
    identifiers: Identifiers = "safe",
) -> None:
    """Toon de Kubernetes-Jobs die een gemeente in delen maken. | Print Kubernetes Jobs that make a town."""
    from vlavirgem.job import job_manifests  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.profile import load_profile  # noqa: PLC0415 - idem
    from vlavirgem.regions import load_region, region_names  # noqa: PLC0415 - idem

    # What is unknown is told here, and not by eight pods.
    if profile in region_names():
        load_region(profile).with_identifiers(identifiers).profiles()
    else:
        load_profile(profile).with_identifiers(identifiers)
    manifests = job_manifests(
        profile=profile,
        seed=seed,
        partitions=partitions,
        image=image,
        claim=claim,
        name=name,
        identifiers=identifiers,
    )
    typer.echo(manifests, nl=False)


@app.command()
def verify(out: TownFolder) -> None:
    """Ga na of een map is wat ze zegt te zijn: 0 ja, 1 nee. | Verify a folder: 0 yes, 1 no."""
    from vlavirgem.folder import verify_folder  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.manifest import read_manifest  # noqa: PLC0415 - idem
    from vlavirgem.region_folder import is_region, read_region, verify_region  # noqa: PLC0415 - idem

    region = is_region(out)
    failed = False
    for problem in verify_region(out) if region else verify_folder(out):
        failed = True
        typer.echo(problem)
    if failed:
        raise typer.Exit(1)
    typer.echo(f"{out} {(read_region(out) if region else read_manifest(out)).digest} ok")


@app.command()
def check(
    out: TownFolder,
    *,
    statistics: Statistics = False,
) -> None:
    """Ga na of een gemeente zich aan onze regels (SHACL) houdt: 0 ja, 1 nee. | Check a town: 0 yes, 1 no."""
    if statistics:
        from vlavirgem.statistics.showing import show_statistics  # noqa: PLC0415 - keeps --help fast

        for line in (shown := show_statistics(out)).lines:
            typer.echo(line)
        raise typer.Exit(0 if shown.is_within else 1)
    from vlavirgem.export.checking import check_town  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.export.findings import in_words  # noqa: PLC0415 - idem
    from vlavirgem.export.source import open_source  # noqa: PLC0415 - idem

    source = open_source(out)
    _say("De gemeente wordt nagekeken …")
    findings = check_town(source)
    for finding in findings:
        typer.echo(in_words(finding))
    if findings:
        raise typer.Exit(1)
    typer.echo(f"{out} {source.digest} ok")


@app.command()
def export(
    out: TownFolder,
    target: NewFolder,
    to: ExportFormat,
    table: OnlyTables = None,
    gzip: Gzip = False,
) -> None:
    """Schrijf een gemeente in een ander formaat. | Export a municipality."""
    from vlavirgem.export import export_town  # noqa: PLC0415 - keeps --help fast

    _say(f"De gemeente wordt geschreven als {to} …")
    typer.echo(f"{target} {export_town(out, target, fmt=to, tables=table or (), compress=gzip)}")


@app.command()
def load(
    out: TownFolder,
    database_url: Database,
    reset: Replace = False,
) -> None:
    """Zet een gemeente in een lege databank. | Load a municipality into PostgreSQL."""
    from vlavirgem.store.loading import load_town  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.town import Town  # noqa: PLC0415 - idem

    _say("De gemeente wordt gelezen …")
    town = Town.load(out)
    _say("De databank wordt gevuld …")
    load_town(town, database_url, reset=reset)
    typer.echo(f"geladen {town.digest}")


@app.command()
def serve(  # noqa: PLR0917 - each is an option of the command
    out: ServedTown = None,
    database_url: ServedDatabase = None,
    host: Host = "127.0.0.1",
    port: Port = 8309,
    storing: Disturbances = None,
    toepassingen: Applications = None,
) -> None:
    """Bied de bouwstenen van de gemeente aan tot Ctrl-C. | Serve the building blocks."""
    from vlavirgem.server import serve as run  # noqa: PLC0415 - keeps --help fast

    run(out, database_url=database_url, host=host, port=port, disturbances=storing, applications=toepassingen)


@app.command()
def reset(
    out: ResetTown = None,
    database_url: ResetDatabase = None,
) -> None:
    """Zet een aangeboden gemeente terug zoals ze begon, terwijl ze draait. | Reset a served town to its seed."""
    from vlavirgem.server import reset as put_back  # noqa: PLC0415 - keeps --help fast

    put_back(out, database_url=database_url)
    typer.echo("teruggezet")


@app.command()
def report(
    out: TownFolder,
    target: NewFolder,
) -> None:
    """Teken een gemeente: kaart, mensen, straten, dossiers (SVG en HTML). | Draw a town in pictures."""
    from vlavirgem.report import write_report  # noqa: PLC0415 - keeps --help fast

    _say("De gemeente wordt getekend …")
    names = write_report(out, target)
    typer.echo(f"{target} {len(names)}")


@app.command()
def explore(out: TownFolder, host: Host = "127.0.0.1", port: Port = 8310) -> None:
    """Loop door een gemeente in uw browser: kaart, zoeken, elke link volgen. | Browse a town until Ctrl-C."""
    from vlavirgem.explore.serving import explore as run  # noqa: PLC0415 - keeps --help fast

    run(out, host=host, port=port)


@app.command()
def live(out: LivingTown = None, days: Days = 30, to: EventsFile = "-", database_url: LivingDatabase = None) -> None:
    """Laat een gemeente leven: een gebeurtenis per regel (CloudEvents). | Live a municipality forward."""
    from vlavirgem.living.writing import live_in_database, write_events  # noqa: PLC0415 - keeps --help fast

    if (out is None) == (database_url is None):
        raise VlavirgemError("Give a folder with a town or --database-url, one of the two.")
    if database_url is not None:
        typer.echo(f"dag {live_in_database(database_url, days=days)}")
        return
    from vlavirgem.town import Town  # noqa: PLC0415 - idem

    assert out is not None  # noqa: S101 - seen above
    count = write_events(Town.load(out), days=days, to=to)
    _say(f"{count} gebeurtenissen in {days} dagen")


@app.command()
def prepare(out: NewFolder, profile: Profile = "gehucht", seed: Seed = 1830) -> None:
    """Zet een gemeente klaar in een gestopte PostgreSQL, voor 'room'. | Prepare a town for 'room'."""
    from vlavirgem.folder import refuse_taken  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.room.prepared import prepare as make  # noqa: PLC0415 - idem
    from vlavirgem.town import Town  # noqa: PLC0415 - idem

    refuse_taken(out)
    _say(f"De gemeente ({profile}, seed {seed}) wordt gemaakt …")
    town = Town.generate(profile=profile, seed=seed)
    _say("De databank wordt gevuld …")
    make(town, out)
    typer.echo(f"{out} {town.digest}")


@app.command()
def room() -> None:
    """Bied een klaargezette gemeente aan; omgevingsvariabelen zeggen hoe. | Serve a prepared town."""
    from vlavirgem.room.process import main as run  # noqa: PLC0415 - keeps --help fast

    run()


@app.command()
def cases(out: TownFolder) -> None:
    """Toon van elk randgeval één: code, URI en omschrijving. | One of each edge case."""
    from vlavirgem.place import ID_BASE  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.town import Town  # noqa: PLC0415 - idem

    for case in Town.load(out).tables["randgevallen"].iter_rows(named=True):
        typer.echo(f"{case['code']:<34} {ID_BASE}{case['entiteit']}/{case['rij_id']}")
        typer.echo(f"  {case['omschrijving']}. | {case['omschrijving_en']}.")


@app.command()
def profiles(name: RegionName = None) -> None:
    """Toon de groottes die er zijn. | List the profiles."""
    from vlavirgem.cli_regions import listing, sizes  # noqa: PLC0415 - keeps --help fast
    from vlavirgem.regions import load_region  # noqa: PLC0415 - idem

    typer.echo(sizes() if name is None else listing(load_region(name)))


def _say(message: str) -> None:
    typer.echo(message, err=True)


def main() -> None:
    """Run the command line; what a person did wrong becomes one line and exit code 2."""
    from vlavirgem.usage import run  # noqa: PLC0415 - nobody else needs it

    run(app, name="vlavirgem")


if __name__ == "__main__":
    main()
