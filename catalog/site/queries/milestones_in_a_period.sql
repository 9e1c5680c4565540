-- Milestones between two years
-- By date, with category.
-- :first = 1943
-- :last = 1990
SELECT date, name, name_ru, category, significance, ref FROM milestones
WHERE substr(date_to, 1, 4) >= coalesce(nullif(:first, ''), '1943') AND substr(date_from, 1, 4) <= coalesce(nullif(:last, ''), '1990') ORDER BY date_from
