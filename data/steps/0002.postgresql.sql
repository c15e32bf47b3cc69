ALTER TABLE stop ADD PRIMARY KEY (id);
ALTER TABLE suppression ADD PRIMARY KEY (id);
CREATE INDEX suppression_address ON suppression (address_key);
CREATE INDEX consent_address ON consent (address_key);
CREATE INDEX reach_contact ON reach (contact_id, reached_at);
CREATE INDEX reach_message ON reach (message_id);
CREATE UNIQUE INDEX reply_once ON reply (channel, dedupe_key);
CREATE INDEX request_contact ON request (contact_id, id DESC);
CREATE INDEX request_held ON request (hold_code, id DESC) WHERE hold_code IS NOT NULL;
