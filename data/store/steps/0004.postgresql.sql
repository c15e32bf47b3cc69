CREATE INDEX reply_waiting ON reply (contact_id) WHERE handled_at IS NULL;
CREATE INDEX suppression_erased ON suppression (address_key) WHERE address IS NULL;
