-- When machines passed people, for each human baseline and metric: first above, first beyond error, first independently confirmed. Beyond error stays empty unless both sides carry an error.
CREATE VIEW human_parity AS
WITH level AS (
  SELECT h.id AS human_baseline_id, h.name AS human_baseline, h.benchmark_id, l.metric, l.value AS human_level, c.low, c.high,
    h.population, h.statistic, q.value_text AS people, m.direction, CASE m.direction WHEN 'higher' THEN 1 ELSE -1 END AS sign
  FROM human_baselines h
  JOIN human_baseline_levels l ON l.human_baseline_id = h.id
  JOIN benchmark_metrics m ON m.id = h.benchmark_id || '.' || l.metric
  LEFT JOIN (SELECT record, path, min(low) AS low, min(high) AS high FROM claims WHERE role = 'accepted' GROUP BY record, path) c
    ON c.record = h.ref AND c.path = 'levels.' || l.metric
  LEFT JOIN (SELECT record, min(value_text) AS value_text FROM claims WHERE role = 'accepted' AND path = 'people' GROUP BY record) q
    ON q.record = h.ref
),
above AS (
  SELECT l.human_baseline_id, l.metric, s.result_id, s.system, s.value, s.date, s.date_to, s.evaluator,
    CASE WHEN s.error IS NOT NULL AND l.low IS NOT NULL AND l.high IS NOT NULL
      AND l.sign * s.value - s.error > l.sign * CASE l.sign WHEN 1 THEN l.high ELSE l.low END THEN 1 ELSE 0 END AS is_beyond_error
  FROM level l
  JOIN scored_results s ON s.benchmark_id = l.benchmark_id AND s.metric = l.metric AND l.sign * s.value > l.sign * l.human_level
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY human_baseline_id, metric ORDER BY date_to IS NULL, date_to, result_id) AS place,
    row_number() OVER (PARTITION BY human_baseline_id, metric, is_beyond_error ORDER BY date_to IS NULL, date_to, result_id) AS place_beyond,
    row_number() OVER (PARTITION BY human_baseline_id, metric, evaluator IN ('independent', 'leaderboard')
      ORDER BY date_to IS NULL, date_to, result_id) AS place_confirmed
  FROM above
)
SELECT l.benchmark_id, l.human_baseline_id, l.human_baseline, l.metric, l.direction, l.human_level, l.people, l.population, l.statistic,
  f.system AS first_above, f.value AS first_above_value, f.date AS first_above_date, f.result_id AS first_above_result_id,
  e.system AS first_beyond_error, e.date AS first_beyond_error_date,
  i.system AS first_confirmed, i.date AS first_confirmed_date, i.evaluator AS confirmed_by
FROM level l
LEFT JOIN ranked f ON f.human_baseline_id = l.human_baseline_id AND f.metric = l.metric AND f.place = 1
LEFT JOIN ranked e ON e.human_baseline_id = l.human_baseline_id AND e.metric = l.metric AND e.is_beyond_error = 1 AND e.place_beyond = 1
LEFT JOIN ranked i ON i.human_baseline_id = l.human_baseline_id AND i.metric = l.metric
  AND i.evaluator IN ('independent', 'leaderboard') AND i.place_confirmed = 1
