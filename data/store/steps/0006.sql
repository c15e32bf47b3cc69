-- What providers call our messages: thousands of different texts, which made every folding of the log twice as dear
-- while they stood in the row that changes with every report (docs/decisions/0002).
CREATE TABLE provider_message (
  message_id bigint NOT NULL,
  provider text NOT NULL,
  provider_id text NOT NULL,
  told_at timestamptz NOT NULL
);
INSERT INTO provider_message (message_id, provider, provider_id, told_at)
SELECT id, provider, provider_id, coalesce(sent_at, due_at) FROM message WHERE provider_id IS NOT NULL ORDER BY id;
ALTER TABLE message DROP COLUMN provider_id;
