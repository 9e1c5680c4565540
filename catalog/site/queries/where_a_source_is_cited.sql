-- Where a source is cited
-- Every value that it supports or disputes.
-- :source = dyakonov-2022-introduction
SELECT record, path, value_text, role, locator, as_printed, accessed FROM claims
WHERE source = coalesce(nullif(:source, ''), 'dyakonov-2022-introduction') ORDER BY record, id
