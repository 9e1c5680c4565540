-- The parts of a data set with every count
-- Numbers with the sources that support them.
-- :dataset = svhn
SELECT c.path, c.value_text, c.role, c.source, c.locator, c.as_printed, c.accessed FROM claims c
WHERE c.record = 'datasets/' || coalesce(nullif(:dataset, ''), 'svhn') AND (c.path LIKE 'splits.%' OR c.path = 'items') ORDER BY c.id
