-- An example to adapt: tables `can_bo` (one row a person) and `kiem_nhiem` (second posts). Run it after outbox.sql.

BEGIN;

-- What the bus may read of each person, under the names that it knows. All nine columns are needed; one that the staff
-- system does not have is NULL. Nothing else belongs here: no ethnicity, religion, party, health, family, identity or
-- private contact data. Several units of second posts are separated by ';', and their positions in the same order.
CREATE VIEW lienthong.staff AS
SELECT
  p.ma_cb AS staff_number,
  p.ho_ten AS full_name,
  p.don_vi AS unit,
  p.chuc_vu AS position,
  p.trang_thai AS status,
  p.ngay_hieu_luc AS effective_date,
  (SELECT string_agg(k.don_vi, ';' ORDER BY k.id) FROM kiem_nhiem k WHERE k.ma_cb = p.ma_cb) AS second_unit,
  (SELECT string_agg(coalesce(k.chuc_vu, ''), ';' ORDER BY k.id) FROM kiem_nhiem k WHERE k.ma_cb = p.ma_cb) AS second_position,
  NULL AS mail_address
FROM can_bo p;

GRANT SELECT ON lienthong.staff TO lienthong;

-- A trigger for each table that the view reads and that has the staff number.
CREATE TRIGGER lienthong_note AFTER INSERT OR UPDATE OR DELETE ON can_bo
  FOR EACH ROW EXECUTE FUNCTION lienthong.note_row('ma_cb');
CREATE TRIGGER lienthong_note_truncate BEFORE TRUNCATE ON can_bo
  FOR EACH STATEMENT EXECUTE FUNCTION lienthong.note_truncate();
CREATE TRIGGER lienthong_note AFTER INSERT OR UPDATE OR DELETE ON kiem_nhiem
  FOR EACH ROW EXECUTE FUNCTION lienthong.note_row('ma_cb');
CREATE TRIGGER lienthong_note_truncate BEFORE TRUNCATE ON kiem_nhiem
  FOR EACH STATEMENT EXECUTE FUNCTION lienthong.note_truncate();

-- Everybody who is there now.
SELECT lienthong.note_all();

COMMIT;
