-- The vendor's peak, or memory bandwidth, beside what the reference benchmark measured on the device; without a record of the device no claim.
-- Of a card of several chips a program is given one, so the claim for the card is divided among them.
CREATE VIEW claimed_vs_measured AS
SELECT r.measurement_id, r.device_id, r.device, r.workload, r.track, r.precision, r.measured_gflops, r.claimed_gflops, r.measured_gb_s, r.claimed_gb_s,
  round(coalesce(r.measured_gflops / r.claimed_gflops, r.measured_gb_s / r.claimed_gb_s), 3) AS measured_over_claimed, r.median_s, r.threads,
  r.direction, r.size, r.error_pct, r.is_noisy, r.is_rankable, r.flags, r.clock_mhz, r.date
FROM (
  SELECT m.id AS measurement_id, m.device_id, coalesce(h.name, m.device_name) AS device, m.workload, m.track, m.precision, m.gflops AS measured_gflops,
    CASE WHEN m.gflops IS NOT NULL THEN (
      SELECT max(p.gflops) / h.chips_seen_apart FROM hardware_peaks p
      WHERE p.hardware_id = m.device_id AND p.precision = m.precision AND coalesce(p.sparsity, 'dense') <> 'sparse') END AS claimed_gflops,
    m.gb_s AS measured_gb_s, CASE WHEN m.gb_s IS NOT NULL THEN h.bandwidth_gb_s / h.chips_seen_apart END AS claimed_gb_s, m.median_s, m.settings_threads AS threads,
    m.settings_direction AS direction, m.settings_size AS size, m.accuracy_error_pct AS error_pct, m.is_noisy, m.is_rankable, m.flags,
    m.environment_clock_after_mhz AS clock_mhz, m.date
  FROM measurements m
  LEFT JOIN (SELECT id, name, bandwidth_gb_s, CASE WHEN type = 'gpu' THEN coalesce(chips, 1) ELSE 1 END AS chips_seen_apart FROM hardware) h ON h.id = m.device_id
) AS r
