-- English and Russian terms
-- Names of topics, methods, themes and more in both languages.
-- :kind = methods
SELECT name, name_ru, kind, ref FROM records WHERE name_ru IS NOT NULL AND (coalesce(:kind, '') = '' OR kind = :kind) ORDER BY name
