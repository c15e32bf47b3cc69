-- Finds people by an address, and what they were asked, among millions (docs/decisions/0010); tells people of alerts.
-- Only on columns that hardly ever change, in tables whose columns are never dropped or renamed: DuckDB would refuse.
CREATE INDEX IF NOT EXISTS contact_phone ON contact (phone_number);
CREATE INDEX IF NOT EXISTS contact_email ON contact (email_key);
CREATE INDEX IF NOT EXISTS request_contact ON request (contact_id);

CREATE TABLE other_address (  -- where somebody was asked that is neither their contact's phone nor its email
  contact_id bigint NOT NULL,
  address text NOT NULL
);
INSERT INTO other_address (contact_id, address)
SELECT DISTINCT r.contact_id, r.address FROM request r JOIN contact c ON c.id = r.contact_id
WHERE r.address <> coalesce(c.phone, '') AND r.address <> coalesce(c.email, '') AND r.address <> 'erased';
CREATE INDEX other_address_address ON other_address (address);
CREATE INDEX other_address_contact ON other_address (contact_id);

CREATE TABLE alert (  -- trouble that concerns more than one message: shown until somebody has seen it
  id integer NOT NULL,
  provider text NOT NULL,
  code text NOT NULL,
  channel channel NOT NULL,
  meaning text NOT NULL,
  known boolean NOT NULL,           -- whether our table of codes has it
  messages integer NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  seen_at timestamptz,
  seen_by text
);
