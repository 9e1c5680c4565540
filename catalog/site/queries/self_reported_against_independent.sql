-- Results by who measured them
-- Scores reported by their own makers beside those of leaderboards and independent evaluators, on the main metric.
-- :benchmark
SELECT benchmark_id, metric, evaluator, count(*) AS results, CASE direction WHEN 'higher' THEN max(value) ELSE min(value) END AS best
FROM scored_results WHERE is_primary = 1 AND (coalesce(:benchmark, '') = '' OR benchmark_id = :benchmark)
GROUP BY benchmark_id, metric, evaluator ORDER BY benchmark_id, metric, evaluator
