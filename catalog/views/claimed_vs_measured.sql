-- The vendor's peak beside what the reference benchmark measured on the device.
CREATE VIEW claimed_vs_measured AS
SELECT m.id AS measurement_id, m.device_id, h.name AS device, m.workload, m.track, m.precision, m.gflops AS measured_gflops,
  max(p.gflops) AS claimed_gflops, round(m.gflops / max(p.gflops), 3) AS measured_over_claimed, m.is_noisy, m.date
FROM measurements m JOIN hardware h ON h.id = m.device_id
LEFT JOIN hardware_peaks p ON p.hardware_id = m.device_id AND p.precision = m.precision AND coalesce(p.sparsity, 'dense') <> 'sparse'
GROUP BY m.id, m.device_id, h.name, m.workload, m.track, m.precision, m.gflops, m.is_noisy, m.date
