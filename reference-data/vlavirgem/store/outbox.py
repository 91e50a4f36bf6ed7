"""The tables of who wants to be told what, and of every message: an event becomes messages in its own transaction.

So nothing that happened is forgotten, whoever made it happen and whatever dies afterwards, and nothing is told that
did not happen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

SUBSCRIPTIONS, DELIVERIES, ATTEMPTS = "vlavirgem_abonnementen", "vlavirgem_leveringen", "vlavirgem_leverpogingen"
ADDRESSED = "vlavirgem_adresseer"
"""The function that makes messages of an event."""
CHANNEL = "vlavirgem_leveringen"
"""On which PostgreSQL says that there is work."""
_FATE = "vlavirgem.storing"

_STATEMENTS = (
    f"""
    CREATE TABLE {SUBSCRIPTIONS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        url text NOT NULL,
        types text[] NOT NULL,
        onderwerp text NOT NULL,
        geheim text NOT NULL,
        status text NOT NULL CHECK (status IN ('teBevestigen', 'actief', 'gepauzeerd', 'geweigerd')),
        bevestigd boolean NOT NULL DEFAULT false,
        reden text,
        per_minuut integer,
        pogingen integer NOT NULL DEFAULT 0,
        vanaf timestamptz NOT NULL DEFAULT 'epoch',
        bezet_tot timestamptz NOT NULL DEFAULT 'epoch',
        aangemaakt timestamptz NOT NULL,
        versie integer NOT NULL DEFAULT 1
    )
    """,
    f"""
    CREATE TABLE {DELIVERIES} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        bericht text NOT NULL DEFAULT 'msg_' || replace(gen_random_uuid()::text, '-', ''),
        abonnement_id bigint NOT NULL REFERENCES {SUBSCRIPTIONS} (id) ON DELETE CASCADE,
        type text NOT NULL,
        onderwerp text NOT NULL,
        gebeurtenis text NOT NULL,
        storing text,
        status text NOT NULL DEFAULT 'wachtend' CHECK (status IN ('wachtend', 'geleverd', 'dood', 'verloren')),
        pogingen integer NOT NULL DEFAULT 0,
        beurt integer NOT NULL DEFAULT 0,
        vanaf timestamptz NOT NULL DEFAULT 'epoch',
        bezet_tot timestamptz NOT NULL DEFAULT 'epoch'
    )
    """,
    f"CREATE INDEX ON {DELIVERIES} (abonnement_id, id) WHERE status = 'wachtend'",
    f"CREATE INDEX ON {DELIVERIES} (status, id)",
    f"""
    CREATE TABLE {ATTEMPTS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        levering_id bigint NOT NULL REFERENCES {DELIVERIES} (id) ON DELETE CASCADE,
        tijdstip timestamptz NOT NULL,
        milliseconden integer NOT NULL,
        status integer,
        fout text,
        storing text
    )
    """,
    f"CREATE INDEX ON {ATTEMPTS} (levering_id, id)",
    f"""
    CREATE FUNCTION {ADDRESSED}() RETURNS trigger LANGUAGE plpgsql AS $addressed$
    BEGIN
        INSERT INTO {DELIVERIES} (abonnement_id, type, onderwerp, gebeurtenis, storing)
        SELECT id, NEW.type, NEW.onderwerp, NEW.gebeurtenis, nullif(current_setting('{_FATE}', true), '')
        FROM {SUBSCRIPTIONS}
        WHERE status <> 'geweigerd' AND (types = '{{}}' OR NEW.type = ANY(types))
            AND starts_with(NEW.onderwerp, onderwerp)
        ORDER BY id;
        IF FOUND THEN
            PERFORM pg_notify('{CHANNEL}', '');
        END IF;
        RETURN NULL;
    END
    $addressed$
    """,  # noqa: S608 - names of ours
)


def create_outbox(connection: DictConnection, *, events: str) -> None:
    """Make the tables, and have every event that is added to `events` become messages from now on."""
    for statement in _STATEMENTS:
        connection.execute(statement.encode())
    connection.execute(
        f"CREATE TRIGGER {ADDRESSED} AFTER INSERT ON {events} FOR EACH ROW EXECUTE FUNCTION {ADDRESSED}()".encode()
    )


def set_fate(connection: DictConnection, kind: str) -> None:
    """Say what becomes of the messages of this transaction: `verloren` or `verdubbeld`."""
    connection.execute(f"SELECT set_config('{_FATE}', %s, true)".encode(), [kind])


def wake(connection: DictConnection) -> None:
    """Say that there is work, when this transaction commits."""
    connection.execute(f"SELECT pg_notify('{CHANNEL}', '')".encode())
