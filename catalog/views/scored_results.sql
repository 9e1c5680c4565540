-- Every score of every benchmark with its system, date, track and source: the table to analyse progress with.
CREATE VIEW scored_results AS
SELECT
  r.id AS result_id, b.id AS benchmark_id, b.name AS benchmark, s.metric, m.name AS metric_name, m.direction, m.is_primary,
  r.model_id, coalesce(mo.name, r.system) AS system, r.by_whom, s.value, s.value_text, s.error,
  coalesce(r.date, t.date) AS date, coalesce(r.date_from, t.date_from) AS date_from, coalesce(r.date_to, t.date_to) AS date_to,
  t.track, t.evaluator, r.ensemble, r.extra_data, coalesce(r.source_id, t.source_id) AS source_id,
  coalesce(r.locator, t.locator) AS locator
FROM scores s
JOIN results r ON r.id = s.result_id
JOIN benchmark_tables t ON t.id = r.benchmark_table_id
JOIN benchmarks b ON b.id = r.benchmark_id
JOIN benchmark_metrics m ON m.id = s.metric_id
LEFT JOIN models mo ON mo.id = r.model_id
