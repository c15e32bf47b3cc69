-- What PostgreSQL needs to be fast and strict; DuckDB does without.
ALTER TABLE member ADD PRIMARY KEY (id);
ALTER TABLE template ADD PRIMARY KEY (id, version);
ALTER TABLE contact ADD PRIMARY KEY (id);
CREATE INDEX contact_email ON contact (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX contact_phone ON contact (phone_number) WHERE phone_number IS NOT NULL;
ALTER TABLE request ADD PRIMARY KEY (id);
CREATE INDEX request_sent ON request (sent_at DESC NULLS LAST, id DESC);
CREATE INDEX request_status ON request (status, id DESC);
CREATE INDEX request_day ON request (sent_on, channel, sent_by);
CREATE INDEX request_phone ON request (phone_number) WHERE phone_number IS NOT NULL;
ALTER TABLE message ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX message_number ON message (request_id, number);
CREATE INDEX message_due ON message (due_at, id) WHERE status = 'queued' AND NOT paused;
CREATE INDEX message_held ON message (claimed_at) WHERE status = 'sending';
CREATE UNIQUE INDEX happening_once ON happening (message_id, dedupe_key);
CREATE INDEX happening_request ON happening (request_id, happened_at);
ALTER TABLE inbox ADD PRIMARY KEY (id);
CREATE INDEX inbox_waiting ON inbox (due_at, id) WHERE folded_at IS NULL;
