-- Which three neighbouring characters a search text has (data/checks/searching.py): read before the texts themselves.
ALTER TABLE request ADD COLUMN search_bits bigint DEFAULT -1;  -- all bits: may hold anything
UPDATE request SET search_bits = coalesce((
  SELECT bit_or(CAST(1 AS bigint) << CAST((ascii(substr(search, i, 1)) * 961 + ascii(substr(search, i + 1, 1)) * 31
    + ascii(substr(search, i + 2, 1))) % 61 AS integer))
  FROM generate_series(1, length(search) - 2) AS positions(i)), 0);
