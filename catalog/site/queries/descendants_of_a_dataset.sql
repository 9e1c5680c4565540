-- What was made from a data set
-- Versions and data sets derived from it.
-- :dataset = imagenet
SELECT d.ref, d.name, 'version of' AS relation FROM datasets d WHERE d.version_of_id = coalesce(nullif(:dataset, ''), 'imagenet')
UNION ALL
SELECT d.ref, d.name, 'derived from' FROM dataset_derived_from f JOIN datasets d ON d.id = f.dataset_id WHERE f.derived_from_id = coalesce(nullif(:dataset, ''), 'imagenet')
ORDER BY 3, 2
