-- What has left or was cancelled is neither held nor paused.
UPDATE request SET paused = false, hold_code = NULL, hold_reason = NULL
WHERE status <> 'queued' AND next_at IS NULL AND (paused OR hold_code IS NOT NULL);
