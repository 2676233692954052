-- For the database of the staff system: what the `staff` connector reads. Run it once, as the owner of the database:
--
--   psql -v ON_ERROR_STOP=1 -d DATABASE -f outbox.sql
--
-- Then write the view and the triggers for your own tables (adapt.sql is an example), and give the bus a user:
--
--   CREATE ROLE bus LOGIN PASSWORD '…' IN ROLE lienthong;
--
-- The outbox notes only whose data changed. What the bus reads of a person is in the view lienthong.staff, so nothing
-- else can get on the bus.

BEGIN;

DO $$
BEGIN
  CREATE ROLE lienthong NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- Another database of this server has it already.
END
$$;

CREATE SCHEMA lienthong;

CREATE TABLE lienthong.staff_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff_number text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  -- Set by the bus. It deletes rows that were taken 30 days ago.
  taken_at timestamptz
);
CREATE INDEX staff_outbox_waiting ON lienthong.staff_outbox (id) WHERE taken_at IS NULL;
CREATE INDEX staff_outbox_taken ON lienthong.staff_outbox (taken_at) WHERE taken_at IS NOT NULL;

-- Trigger for each row. Its argument is the column with the staff number.
-- It runs with the rights of its owner: users of the staff system need none in this schema.
CREATE FUNCTION lienthong.note_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rows jsonb[] := ARRAY[]::jsonb[];
BEGIN
  IF TG_OP <> 'INSERT' THEN rows := rows || to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN rows := rows || to_jsonb(NEW); END IF;
  IF NOT rows[1] ? TG_ARGV[0] THEN
    RAISE EXCEPTION 'trigger % on %: there is no column %', TG_NAME, TG_RELID::regclass, TG_ARGV[0]
      USING HINT = 'Name the column with the staff number in CREATE TRIGGER.';
  END IF;
  INSERT INTO lienthong.staff_outbox (staff_number)
  SELECT DISTINCT coalesce(one ->> TG_ARGV[0], '') FROM unnest(rows) AS one;
  PERFORM pg_notify('lienthong_staff', '');
  RETURN NULL;
END
$$;

-- Notes everybody: for the first time, and after the view was changed.
CREATE FUNCTION lienthong.note_all() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  noted bigint;
BEGIN
  INSERT INTO lienthong.staff_outbox (staff_number)
  SELECT DISTINCT coalesce(staff_number::text, '') FROM lienthong.staff;
  GET DIAGNOSTICS noted = ROW_COUNT;
  PERFORM pg_notify('lienthong_staff', '');
  RETURN noted;
END
$$;

-- Trigger before TRUNCATE, which runs no triggers for rows.
CREATE FUNCTION lienthong.note_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM lienthong.note_all();
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION lienthong.note_all() FROM PUBLIC;
GRANT USAGE ON SCHEMA lienthong TO lienthong;
GRANT SELECT, DELETE, UPDATE (taken_at) ON lienthong.staff_outbox TO lienthong;

COMMIT;
