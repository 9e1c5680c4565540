-- Data sets with at least N items, at most M classes and a licence for commercial use
-- Licences are judged by their published name: CC BY, CC0, MIT, Apache, BSD, ODC and public domain count; NC and research-only do not.
-- :min_items = 50000
-- :max_classes = 1000
SELECT d.ref, d.name, d.items, d.item_unit, d.classes, d.licence, d.access, d.paper_id AS source_id
FROM datasets d
WHERE d.items >= CAST(coalesce(nullif(:min_items, ''), '50000') AS REAL)
  AND (d.classes IS NULL OR d.classes <= CAST(coalesce(nullif(:max_classes, ''), '1000') AS REAL))
  AND (d.licence LIKE 'CC-BY-_.%' OR d.licence LIKE 'CC BY _.%' OR d.licence LIKE 'CC-BY-4%' OR d.licence LIKE 'CC0%' OR d.licence LIKE 'MIT%' OR d.licence LIKE 'Apache%' OR d.licence LIKE 'BSD%' OR d.licence LIKE 'ODC%' OR d.licence LIKE '%public domain%')
  AND d.licence NOT LIKE '%NC%'
ORDER BY d.items DESC
