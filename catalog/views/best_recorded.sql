-- The best result recorded here for each benchmark, metric and track, with the day to which results were looked for.
CREATE VIEW best_recorded AS
SELECT benchmark_id, benchmark, metric, track, system, value, date, result_id, source_id, results_checked_to FROM (
  SELECT s.*, b.results_checked_to, row_number() OVER (
    PARTITION BY s.benchmark_id, s.metric, s.track
    ORDER BY CASE s.direction WHEN 'higher' THEN -s.value ELSE s.value END, s.date_to IS NULL, s.date_to, s.result_id) AS place
  FROM scored_results s JOIN benchmarks b ON b.id = s.benchmark_id WHERE s.value IS NOT NULL) AS ranked
WHERE place = 1
