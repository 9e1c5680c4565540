-- The vendor's peak, or memory bandwidth, beside what the reference benchmark measured on the device; without a record of the device no claim.
CREATE VIEW claimed_vs_measured AS
SELECT m.id AS measurement_id, m.device_id, coalesce(h.name, m.device_name) AS device, m.workload, m.track, m.precision, m.gflops AS measured_gflops,
  max(p.gflops) AS claimed_gflops, m.gb_s AS measured_gb_s, CASE WHEN m.gb_s IS NOT NULL THEN h.bandwidth_gb_s END AS claimed_gb_s,
  round(coalesce(m.gflops / max(p.gflops), m.gb_s / h.bandwidth_gb_s), 3) AS measured_over_claimed, m.median_s, m.settings_threads AS threads,
  m.settings_direction AS direction, m.settings_size AS size, m.accuracy_error_pct AS error_pct, m.is_noisy, m.is_rankable, m.flags, m.environment_clock_after_mhz AS clock_mhz, m.date
FROM measurements m LEFT JOIN hardware h ON h.id = m.device_id
LEFT JOIN hardware_peaks p ON p.hardware_id = m.device_id AND p.precision = m.precision AND p.sparsity IS NOT 'sparse' AND m.gflops IS NOT NULL
GROUP BY m.id
