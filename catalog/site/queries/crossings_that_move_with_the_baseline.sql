-- Benchmarks on which the crossing depends on whose level is taken
-- The same benchmark and metric with more than one human level: when machines passed each.
SELECT p.benchmark_id, p.metric, p.human_baseline_id, p.human_level, p.people, p.statistic, p.first_above, p.first_above_date
FROM human_parity p
WHERE (SELECT count(*) FROM human_parity q WHERE q.benchmark_id = p.benchmark_id AND q.metric = p.metric) > 1
ORDER BY p.benchmark_id, p.metric, p.human_level
