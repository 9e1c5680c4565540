-- Sites that closed or are no longer kept
-- What the field has lost.
SELECT ref, name, type, state, closed, url, archived_url FROM sites WHERE state IN ('gone', 'frozen', 'moved') ORDER BY closed_from, name
