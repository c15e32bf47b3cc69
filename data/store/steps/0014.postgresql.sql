CREATE INDEX request_paused ON request (id DESC) WHERE paused;  -- few are
