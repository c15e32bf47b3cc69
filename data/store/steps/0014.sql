-- Requests are listed by the file they came in by, and who left the team is not offered any more.
CREATE TABLE import_part (  -- what an import queued in one go: requests with the ids from first_id to last_id
  file text NOT NULL,         -- its name, shortened
  digest text NOT NULL,       -- of its bytes: another file may have the same name
  first_id bigint NOT NULL,
  last_id bigint NOT NULL,
  created_at timestamptz NOT NULL
);
ALTER TABLE member ADD COLUMN retired_at timestamptz;
