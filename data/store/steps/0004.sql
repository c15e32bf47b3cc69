-- Where people live, when they visited, answers that look like refusals, hooks about people who were erased.

ALTER TABLE contact ADD COLUMN postal text;               -- postal code, in the country of `region`
ALTER TABLE request ADD COLUMN visited_at timestamptz;    -- when they were at the business, where that is known
ALTER TABLE request ADD COLUMN wanted_at timestamptz;     -- when the ask was to leave, before any rule held it
ALTER TABLE template ADD COLUMN created_by text;          -- who wrote this version
