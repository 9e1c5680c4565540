-- Values nobody has read in their source yet
-- The curators' list of work, explicit citations first.
-- :kind
SELECT * FROM unverified WHERE coalesce(:kind, '') = '' OR record LIKE :kind || '/%' ORDER BY is_explicit DESC, record, path
