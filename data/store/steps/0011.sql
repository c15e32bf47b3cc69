-- Whoever adopts a dead engine's messages may ask about them only the provider that they were given to.
ALTER TABLE engine ADD COLUMN serves text;  -- JSON: the provider of each channel
