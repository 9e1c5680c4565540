-- Two or three devices side by side
-- Ids as in their addresses.
-- :a = geforce-gtx-1080
-- :b = geforce-rtx-2080-ti
-- :c
SELECT ref, name, announced, process_nm, transistors, die_mm2, memory_gib, memory_type, bandwidth_gb_s, power_w,
  (SELECT max(gflops) FROM hardware_peaks p WHERE p.hardware_id = h.id AND p.precision = 'fp32') AS fp32_gflops,
  (SELECT max(gflops) FROM hardware_peaks p WHERE p.hardware_id = h.id AND p.precision = 'fp64') AS fp64_gflops
FROM hardware h WHERE id IN (coalesce(nullif(:a, ''), 'geforce-gtx-1080'), coalesce(nullif(:b, ''), 'geforce-rtx-2080-ti'), :c)
