-- Values on which sources disagree: the accepted one, who holds it, and what another source says.
CREATE VIEW disagreements AS
SELECT o.record, r.name, o.path, a.value_text AS accepted, a.source AS accepted_source, o.value_text AS other, o.source AS other_source,
  o.locator AS other_locator, o.note AS reason
FROM claims o JOIN records r ON r.ref = o.record
LEFT JOIN (SELECT record, path, min(value_text) AS value_text, min(source) AS source FROM claims WHERE role <> 'other' GROUP BY record, path) a
  ON a.record = o.record AND a.path = o.path
WHERE o.role = 'other'
