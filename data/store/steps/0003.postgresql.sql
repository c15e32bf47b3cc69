-- Finding the message that a provider means when it is asked, and those that nobody is sure of.
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_sent ON message (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX message_unsure ON message (claimed_at) WHERE status = 'unsure';
