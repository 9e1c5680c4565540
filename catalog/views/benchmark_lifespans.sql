-- How long benchmarks last: from release to the first result above people on the primary metric, and to saturation.
CREATE VIEW benchmark_lifespans AS
SELECT b.id AS benchmark_id, b.name, b.released, p.human_baseline_id, p.first_above, p.first_above_date, b.saturated_on, b.saturation_test,
  round((julianday(r.date_to) - julianday(b.released_from)) / 365.25, 1) AS years_to_people,
  round((julianday(b.saturated_on_from) - julianday(b.released_from)) / 365.25, 1) AS years_to_saturation
FROM benchmarks b
LEFT JOIN human_parity p ON p.benchmark_id = b.id AND EXISTS (
  SELECT 1 FROM benchmark_metrics m WHERE m.id = b.id || '.' || p.metric AND m.is_primary = 1)
LEFT JOIN scored_results r ON r.result_id = p.first_above_result_id AND r.metric = p.metric
WHERE b.released IS NOT NULL
