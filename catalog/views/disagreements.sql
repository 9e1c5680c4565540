-- Values on which sources disagree: the accepted one, who holds it, and what another source says.
CREATE VIEW disagreements AS
SELECT o.record, r.name, o.path,
  (SELECT a.value_text FROM claims a WHERE a.record = o.record AND a.path = o.path AND a.role <> 'other' ORDER BY a.id LIMIT 1) AS accepted,
  coalesce(
    (SELECT a.source FROM claims a WHERE a.record = o.record AND a.path = o.path AND a.role = 'accepted' AND a.source <> o.source
      ORDER BY a.accessed IS NULL, a.explicit DESC, a.id LIMIT 1),
    (SELECT a.source FROM claims a WHERE a.record = o.record AND a.path = o.path AND a.role = 'accepted' LIMIT 1)) AS accepted_source,
  o.value_text AS other, o.source AS other_source, o.locator AS other_locator, o.note AS reason
FROM claims o JOIN records r ON r.ref = o.record
WHERE o.role = 'other'
