-- Values on which sources disagree
-- The accepted value, the other one, and why.
-- :kind
SELECT d.* FROM disagreements d WHERE coalesce(:kind, '') = '' OR d.record LIKE :kind || '/%' ORDER BY d.record, d.path
