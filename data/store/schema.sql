-- Everything Askwell keeps, in text that DuckDB and PostgreSQL both understand.
-- No foreign keys and no secondary indexes here: DuckDB's updates trip over both (PostgreSQL's are in postgresql_indexes.sql).
-- Ids come from sequences, so they grow with time and DuckDB finds rows by id through its zone maps, without an index.

CREATE TYPE channel AS ENUM ('sms', 'email', 'whatsapp');
CREATE TYPE status AS ENUM (  -- the order of data/lifecycle.py
  'queued', 'sending', 'unsure', 'sent', 'delivered', 'opened', 'read', 'undelivered', 'failed', 'cancelled');

CREATE SEQUENCE contact_ids;
CREATE SEQUENCE request_ids;
CREATE SEQUENCE message_ids;
CREATE SEQUENCE inbox_ids;
CREATE SEQUENCE small_ids;

CREATE TABLE schema_version (number integer NOT NULL, applied_at timestamptz NOT NULL);

CREATE TABLE member (  -- people of the team, accountable for what they send
  id integer NOT NULL,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

CREATE TABLE template (  -- one row per version; messages keep the version they were sent with
  id integer NOT NULL,
  version integer NOT NULL,
  channel channel NOT NULL,
  name text NOT NULL,
  subject text,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz
);

CREATE TABLE contact (
  id bigint NOT NULL,
  name text NOT NULL,
  email text,
  phone text,                       -- E.164
  email_key bigint,                 -- a hash of the email, and the phone as a number: DuckDB looks through ten million
  phone_number bigint,              -- numbers in the time it takes to read one million texts
  created_at timestamptz NOT NULL
);

CREATE TABLE request (  -- one ask to one person, with its messages' state folded in so that the list needs no join
  id bigint NOT NULL,
  contact_id bigint NOT NULL,
  contact_name text NOT NULL,       -- as asked
  address text NOT NULL,            -- where the ask goes, E.164 or email; a follow-up's own is in its message
  channel channel NOT NULL,
  sent_by integer NOT NULL,         -- member: the person accountable
  on_behalf_of integer,             -- member
  trigger text NOT NULL,            -- manual, import, api, rule
  template_id integer NOT NULL,
  due_at timestamptz NOT NULL,
  paused boolean NOT NULL,
  hold_reason text,
  created_at timestamptz NOT NULL,
  status status NOT NULL,           -- of the newest message that has left the queue, else queued
  retries smallint NOT NULL,        -- follow-ups sent: the number of that message
  sent_at timestamptz,              -- first dispatch
  sent_on date,                     -- the same as a day in the workspace's zone: cohorts count by it
  delivered_at timestamptz,         -- firsts, over all messages
  opened_at timestamptz,
  read_at timestamptz,
  clicked_at timestamptz,
  responded_at timestamptz,
  code text,                        -- the provider's last word on trouble
  reason text,
  search text NOT NULL,             -- lower case: name, email, phone digits
  phone_number bigint               -- finds a whole phone among millions without reading text
);

CREATE TABLE message (  -- one attempt to reach them: number 0 is the ask, 1..n are follow-ups
  id bigint NOT NULL,
  request_id bigint NOT NULL,
  number smallint NOT NULL,
  channel channel NOT NULL,
  address text NOT NULL,
  template_id integer NOT NULL,
  template_version integer NOT NULL,
  token text NOT NULL,              -- of its tracked link; also proves that a report means this very message
  status status NOT NULL,
  paused boolean NOT NULL,
  due_at timestamptz NOT NULL,
  claimed_by text,
  claimed_at timestamptz,
  sent_at timestamptz,
  provider text,
  provider_id text,
  code text,
  reason text
);

CREATE TABLE happening (  -- append-only: everything that was ever reported or done, once
  request_id bigint NOT NULL,
  message_id bigint,
  event text NOT NULL,
  dedupe_key text NOT NULL,         -- unique within the message
  happened_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  actor text,                       -- member, engine or provider
  code text,
  detail text
);

CREATE TABLE inbox (  -- raw signed hooks, replayable
  id bigint NOT NULL,
  provider text NOT NULL,
  url text NOT NULL,
  headers text NOT NULL,            -- JSON
  body text NOT NULL,
  received_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,      -- not folded before: a hook may overtake our own commit
  folded_at timestamptz,
  note text
);

CREATE TABLE once (  -- keys of what must not happen twice: a form sent again, a file dropped again
  key text NOT NULL PRIMARY KEY,
  request_id bigint NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE engine (  -- heartbeats
  id text NOT NULL PRIMARY KEY,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  stopped_at timestamptz
);
