-- A follow-up by another channel goes to what its ask gave, not to what the contact had before.
ALTER TABLE request ADD COLUMN email text;  -- as the ask gave it; kept where a text has follow-ups
UPDATE message SET address = '+' || r.phone_number
FROM request AS r WHERE r.id = message.request_id AND r.channel = 'email' AND r.phone_number IS NOT NULL
  AND message.status = 'queued' AND message.number > 0 AND message.channel <> 'email';
-- A follow-up that nobody is sure of is not ahead.
UPDATE request SET next_at = NULL, next_number = NULL, next_channel = NULL
WHERE status = 'unsure' AND next_number <= retries;
