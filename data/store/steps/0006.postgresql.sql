CREATE INDEX provider_message_id ON provider_message (provider_id);
CREATE INDEX provider_message_message ON provider_message (message_id);
