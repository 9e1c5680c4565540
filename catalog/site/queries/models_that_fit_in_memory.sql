-- Models whose weights fit into a device
-- Parameters times bits, without activations or cache: a lower bound.
-- :memory_gib = 11
-- :bits = 16
SELECT ref, name, released, parameters, round(parameters * CAST(coalesce(nullif(:bits, ''), '16') AS REAL) / 8 / 1073741824, 2) AS weights_gib
FROM models WHERE parameters IS NOT NULL
  AND parameters * CAST(coalesce(nullif(:bits, ''), '16') AS REAL) / 8 / 1073741824 <= CAST(coalesce(nullif(:memory_gib, ''), '11') AS REAL)
ORDER BY parameters DESC
