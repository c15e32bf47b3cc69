CREATE INDEX reply_waiting ON reply (contact_id) WHERE handled_at IS NULL;
