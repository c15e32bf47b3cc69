-- Answers by WhatsApp are known again by keys that hold no number.
UPDATE reply SET dedupe_key = 'reply ' || left(md5(substr(dedupe_key, 7)), 24)
WHERE channel = 'whatsapp' AND starts_with(dedupe_key, 'reply wamid.');
UPDATE reply SET dedupe_key =
  'wish ' || left(md5(split_part(dedupe_key, ' ', 2)), 24) || ' ' || split_part(dedupe_key, ' ', 3)
WHERE channel = 'whatsapp' AND starts_with(dedupe_key, 'preference ');
