-- Every score of every benchmark with its system, date, track and source: the table to analyse progress with. The date is the result's, else its table's, else that of the source it was published in (date_basis says which).
CREATE VIEW scored_results AS
SELECT
  r.id AS result_id, b.id AS benchmark_id, b.name AS benchmark, s.metric, m.name AS metric_name, m.direction, m.is_primary,
  r.model_id, coalesce(mo.name, r.system) AS system, r.by_whom, s.value, s.value_text, s.error,
  coalesce(r.date, t.date, p.date) AS date, coalesce(r.date_from, t.date_from, p.date_from) AS date_from,
  coalesce(r.date_to, t.date_to, p.date_to) AS date_to,
  CASE WHEN r.date IS NOT NULL THEN 'result' WHEN t.date IS NOT NULL THEN 'table' WHEN p.date IS NOT NULL THEN 'source' END AS date_basis,
  t.track, t.evaluator, r.ensemble, r.extra_data, p.id AS source_id, CASE WHEN r.source_id IS NULL THEN coalesce(r.locator, t.locator) ELSE r.locator END AS locator
FROM scores s
JOIN results r ON r.id = s.result_id
JOIN benchmark_tables t ON t.id = r.benchmark_table_id
JOIN benchmarks b ON b.id = r.benchmark_id
JOIN benchmark_metrics m ON m.id = s.metric_id
LEFT JOIN models mo ON mo.id = r.model_id
LEFT JOIN sources p ON p.id = coalesce(r.source_id, t.source_id)
