-- Requests are sorted by name without regard to accents.
ALTER TABLE request ADD COLUMN plain text;  -- as in contact: the name folded; null where it has none but ASCII letters
UPDATE request SET plain = c.plain FROM contact AS c
WHERE c.id = request.contact_id AND c.name = request.contact_name AND c.plain IS NOT NULL;
