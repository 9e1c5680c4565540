-- GFLOPS per watt of devices up to a year
-- Claimed peaks over rated power; dense arithmetic only.
-- :year = 2018
-- :precision = fp32
SELECT hardware_id, name, announced, precision, unit, clock, gflops, power_w, gflops_per_watt
FROM hardware_efficiency
WHERE precision = coalesce(nullif(:precision, ''), 'fp32') AND coalesce(sparsity, 'dense') = 'dense' AND gflops_per_watt IS NOT NULL
  AND substr(coalesce(announced_from, available), 1, 4) <= coalesce(nullif(:year, ''), '2018')
ORDER BY gflops_per_watt DESC
