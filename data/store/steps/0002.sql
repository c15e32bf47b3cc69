-- Who may be asked, when and again: rules, stops, consent, follow-ups.

ALTER TABLE contact ADD COLUMN zone text;             -- IANA name, as somebody said it; else it is worked out
ALTER TABLE contact ADD COLUMN region text;           -- country or US-state such as "US-TX", as somebody said it
ALTER TABLE contact ADD COLUMN merged_into bigint;    -- this contact is kept under another id

ALTER TABLE request ADD COLUMN hold_code text;        -- the rule that holds or blocked it; hold_reason says it in words
ALTER TABLE request ADD COLUMN plan text;             -- follow-ups still possible: JSON list of steps, see data/sequences.py
ALTER TABLE request ADD COLUMN next_at timestamptz;   -- the queued follow-up
ALTER TABLE request ADD COLUMN next_number smallint;
ALTER TABLE request ADD COLUMN next_channel channel;
ALTER TABLE request ADD COLUMN zones text;            -- recipient's clocks, comma separated: must be open in all of them
ALTER TABLE request ADD COLUMN zone_source text;      -- where they were found: see data/places/zones.py
ALTER TABLE request ADD COLUMN region text;           -- whose quiet hours count
ALTER TABLE request ADD COLUMN expires_at timestamptz;
ALTER TABLE request ADD COLUMN override text;         -- why somebody sent it against a rule

ALTER TABLE message ADD COLUMN attempts smallint DEFAULT 0;   -- tries to hand it over; not what people call retries
ALTER TABLE message ADD COLUMN sent_by integer;               -- as in its request: stops look here
ALTER TABLE message ADD COLUMN country text;                  -- of its phone number, two letters
ALTER TABLE message ADD COLUMN steps_left smallint DEFAULT 0; -- follow-ups after this one

UPDATE message SET sent_by = (SELECT r.sent_by FROM request r WHERE r.id = message.request_id) WHERE status = 'queued';

ALTER TABLE template ADD COLUMN provider_name text;   -- WhatsApp: Twilio's content SID or Meta's template name
ALTER TABLE template ADD COLUMN language text;        -- WhatsApp: as approved, such as en or en_US
ALTER TABLE template ADD COLUMN category text;        -- WhatsApp: utility or marketing
ALTER TABLE template ADD COLUMN variables text;       -- WhatsApp: JSON, the provider's variable -> our field

CREATE TABLE setting (name text NOT NULL PRIMARY KEY, value text NOT NULL, changed_at timestamptz NOT NULL);  -- JSON

CREATE TABLE audit (  -- what people decided; append-only
  happened_at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail text
);

CREATE TABLE stop (  -- what may not leave now: a person's switch, a guardrail, a provider's word
  id integer NOT NULL,
  scope text NOT NULL,              -- everything, channel, sender, country
  channel channel,                  -- of a channel or country
  subject text NOT NULL,            -- the channel, the member's id, the country; empty for everything
  cause text NOT NULL,              -- person, guardrail, provider
  reason text NOT NULL,
  needs_person boolean NOT NULL,    -- shown on every page until somebody lifts it
  until timestamptz,                -- null: until it is lifted
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  lifted_at timestamptz,
  lifted_by text
);

CREATE TABLE pace (name text NOT NULL PRIMARY KEY, tokens double precision NOT NULL, filled_at timestamptz NOT NULL);

CREATE TABLE reach (  -- who was written to lately: cooldown and caps count it; the old is forgotten
  contact_id bigint NOT NULL,
  request_id bigint NOT NULL,
  message_id bigint NOT NULL,
  reached_at timestamptz NOT NULL
);

CREATE TABLE suppression (  -- addresses never to be written to; outlives the erasure of the address itself
  id integer NOT NULL,
  address_key bigint NOT NULL,      -- a hash
  address text,                     -- null once erased
  channel channel,                  -- null: every channel
  basis text NOT NULL,              -- opted_out, unsubscribed, complained, bounced, never_ask
  created_at timestamptz NOT NULL,
  lifted_at timestamptz
);

CREATE TABLE consent (  -- the ledger: every change, append-only
  address_key bigint NOT NULL,
  contact_id bigint,
  channel channel,                  -- null: every channel
  state text NOT NULL,              -- granted, withdrawn
  basis text NOT NULL,
  source text NOT NULL,             -- import, form, sms, email link, provider, console
  evidence text,                    -- the words or the file
  happened_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  actor text NOT NULL
);

CREATE TABLE reply (  -- what recipients wrote back; those without a known word wait for a person
  id integer NOT NULL,
  channel channel NOT NULL,
  address text NOT NULL,
  dedupe_key text NOT NULL,
  contact_id bigint,
  request_id bigint,
  body text NOT NULL,
  keyword text,
  received_at timestamptz NOT NULL,
  handled_at timestamptz,
  handled_by text,
  verdict text                      -- opted_out, wrong_person, fine
);

INSERT INTO reach (contact_id, request_id, message_id, reached_at)
SELECT r.contact_id, r.id, m.id, m.sent_at FROM message m JOIN request r ON r.id = m.request_id
WHERE m.sent_at IS NOT NULL ORDER BY m.sent_at;
