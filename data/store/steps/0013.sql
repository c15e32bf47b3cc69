-- START takes back only what was said before it, however late either is heard.
ALTER TABLE suppression ADD COLUMN said_at timestamptz;  -- in the words of its owner or a provider; null: at created_at
