"""The access ledger becomes evidence: what a line names besides, and a chain over its lines that
the database itself writes when a transaction commits.
"""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import SqlDefault
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE = {
    "access_chain_line_key": "access_chain (line_id)",
    "ledger_checkpoint_key": "ledger_checkpoint (position)",
}

# A code that could hold a line's end would make two different lines read alike.
CHECKS = {
    "access_ledger": {
        "role": "role ~ '^[A-Z_]+$'",
        "what": "what ~ '^[A-Z_]+$'",
        "purpose": "purpose_kind ~ '^[A-Z_]+$'",
        "refusal": "refusal IS NULL OR (NOT allowed AND refusal ~ '^[A-Z_]+$')",
        "named": "cardinality(categories) <= 1000 AND cardinality(field_names) <= 2000",
    },
    "access_chain": {"position": "position > 0", "digest": "length(digest) = 32"},
    "ledger_checkpoint": {"position": "position > 0", "digest": "length(digest) = 32"},
}

APPEND_ONLY = ("access_chain", "ledger_checkpoint")

# sharing/access/canonical.py writes the same text without asking the database; a test compares.
LINE_TEXT = """
CREATE FUNCTION access_line_text(link_position bigint, previous bytea, recorded timestamptz,
                                 line access_ledger)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
SELECT concat(
  E'rongqiao access ledger 1\\n',
  'position=', link_position, E'\\n',
  'previous=', encode(previous, 'hex'), E'\\n',
  'recorded=', to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), E'\\n',
  'line=', line.id, E'\\n',
  'at=', to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), E'\\n',
  'person=', line.person_id, E'\\n',
  'role=', line.role, E'\\n',
  'institution=', line.institution_id, E'\\n',
  'enterprise=', line.enterprise_id, E'\\n',
  'what=', line.what, E'\\n',
  'purpose=', line.purpose_kind, E'\\n',
  'purpose_id=', line.purpose_id, E'\\n',
  'consent=', line.consent_id, E'\\n',
  'allowed=', CASE WHEN line.allowed THEN 'yes' ELSE 'no' END, E'\\n',
  'refusal=', line.refusal, E'\\n',
  'categories=', array_to_json(line.categories), E'\\n',
  'fields=', array_to_json(line.field_names), E'\\n')
$$
"""

# Runs when the transaction commits, so the lock that puts lines in order is held no longer than
# the commit takes. A transaction that rolls back never comes here. As a function of the tables'
# owner it writes where the application may not. The two arguments of the lock are any constants.
CHAIN_LINE = """
CREATE FUNCTION chain_access_line() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head access_chain%ROWTYPE;
  recorded timestamptz;
BEGIN
  -- Each statement below sees what was committed before it began; a transaction with one snapshot
  -- for all of them could miss the head, and would fork the chain.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the access ledger is written in READ COMMITTED only';
  END IF;
  PERFORM pg_advisory_xact_lock(1919184498, 1);
  SELECT * INTO head FROM access_chain ORDER BY position DESC LIMIT 1;
  IF NOT FOUND THEN
    head.position := 0;
    head.digest := decode(repeat('00', 32), 'hex');
  END IF;
  recorded := clock_timestamp();
  INSERT INTO access_chain (position, line_id, recorded_at, digest)
  VALUES (head.position + 1, NEW.id, recorded, sha256(convert_to(
    access_line_text(head.position + 1, head.digest, recorded, NEW), 'UTF8')));
  RETURN NULL;
END $$
"""

CHAINED = """
CREATE CONSTRAINT TRIGGER access_ledger_chained AFTER INSERT ON access_ledger
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_access_line()
"""

# What was written before there was a chain enters it now, in the order it was written.
CHAIN_WHAT_IS_THERE = """
DO $$
DECLARE
  line access_ledger%ROWTYPE;
  previous bytea := decode(repeat('00', 32), 'hex');
  place bigint := 0;
  recorded timestamptz;
BEGIN
  FOR line IN SELECT * FROM access_ledger ORDER BY id LOOP
    place := place + 1;
    recorded := clock_timestamp();
    previous := sha256(convert_to(access_line_text(place, previous, recorded, line), 'UTF8'));
    INSERT INTO access_chain (position, line_id, recorded_at, digest)
    VALUES (place, line.id, recorded, previous);
  END LOOP;
END $$
"""


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    for table, checks in CHECKS.items():
        statements += [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            for name, rule in checks.items()
        ]
    statements += [LINE_TEXT, CHAIN_LINE]
    # Between the lines that are there and the trigger nobody may write one.
    statements += ["LOCK TABLE access_ledger", CHAIN_WHAT_IS_THERE, CHAINED]
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0002_constraints")]

    operations = [
        ops.CreateModel(
            name="AccessChainLink",
            fields=[
                ("position", fields.BigIntField(generated=False, primary_key=True)),
                ("line_id", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField()),
                ("digest", fields.BinaryField()),
            ],
            options={
                "table": "access_chain",
                "app": "rongqiao",
                "pk_attr": "position",
                "table_description": "A line's place in the chain, written by the database alone when the line commits.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LedgerCheckpoint",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("position", fields.BigIntField()),
                ("digest", fields.BinaryField()),
                ("made_at", fields.DatetimeField()),
                ("statement", fields.TextField()),
            ],
            options={
                "table": "ledger_checkpoint",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "The chain's head at an instant, signed; kept here, and handed out to those who watch.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="AccessLedgerEntry",
            options={
                "table": "access_ledger",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One reading, grant, refusal or export. Ids and codes only: the people and firms stand in",
            },
        ),
        ops.AddField(
            model_name="AccessLedgerEntry",
            name="refusal",
            field=fields.CharField(max_length=40, null=True),
        ),
        ops.AddField(
            model_name="AccessLedgerEntry",
            name="categories",
            field=ArrayField("text", db_default=SqlDefault("'{}'")),
        ),
        ops.AddField(
            model_name="AccessLedgerEntry",
            name="field_names",
            field=ArrayField("text", db_default=SqlDefault("'{}'")),
        ),
        ops.RunSQL(_forward()),
    ]
