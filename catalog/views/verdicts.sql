-- Machines against people, claim beside verdict: computed where there is a result and a baseline, ours otherwise, always with the caveat.
CREATE VIEW verdicts AS
WITH judged AS (
  SELECT a.id, s.value AS machine, s.error, l.value AS human,
    CASE m.direction WHEN 'higher' THEN 1 ELSE -1 END AS sign, c.low, c.high
  FROM achievements a
  JOIN human_baselines h ON h.id = a.human_baseline_id
  JOIN benchmark_metrics m ON m.id = h.benchmark_id || '.' || a.metric
  JOIN scores s ON s.result_id = a.result_id AND s.metric = a.metric
  JOIN human_baseline_levels l ON l.human_baseline_id = h.id AND l.metric = a.metric
  LEFT JOIN (SELECT record, path, min(low) AS low, min(high) AS high FROM claims WHERE role = 'accepted' GROUP BY record, path) c
    ON c.record = h.ref AND c.path = 'levels.' || a.metric
)
SELECT a.id, a.ref, a.name, a.name_ru, a.date, a.date_from, a.comparison, a.status, a.claims AS claimed,
  CASE
    WHEN j.id IS NULL THEN a.verdict
    WHEN j.machine + coalesce(j.error, 0) >= coalesce(j.low, j.human) AND j.machine - coalesce(j.error, 0) <= coalesce(j.high, j.human) THEN 'level'
    WHEN j.sign * j.machine > j.sign * j.human THEN 'ahead'
    ELSE 'behind'
  END AS verdict,
  CASE WHEN j.id IS NULL THEN 'ours' ELSE 'computed' END AS verdict_basis,
  j.machine, j.human, a.contest_opponent, a.contest_won, a.contest_lost, a.contest_drawn, a.human_baseline_id, a.result_id, a.evaluated_by, a.caveat
FROM achievements a LEFT JOIN judged j ON j.id = a.id
