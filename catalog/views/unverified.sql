-- Accepted values that nobody has read in any of their sources yet: the curators' list of work.
CREATE VIEW unverified AS
SELECT c.record, r.name, c.path, min(c.value_text) AS value_text, min(c.source) AS source, max(c.explicit) AS is_explicit
FROM claims c JOIN records r ON r.ref = c.record
WHERE c.role = 'accepted'
GROUP BY c.record, c.path, r.name HAVING count(c.accessed) = 0
