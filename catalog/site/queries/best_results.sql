-- Best recorded results
-- On the main metric of each benchmark and track.
-- :benchmark
SELECT b.* FROM best_recorded b JOIN benchmark_metrics m ON m.id = b.benchmark_id || '.' || b.metric
WHERE m.is_primary = 1 AND (coalesce(:benchmark, '') = '' OR b.benchmark_id = :benchmark) ORDER BY b.benchmark, b.track
