-- Records over time on a benchmark
-- Each result that was better than all before it, in its track.
-- :benchmark = imagenet
SELECT date, system, metric, value, track, evaluator, source_id, result_id FROM progress
WHERE benchmark_id = coalesce(nullif(:benchmark, ''), 'imagenet') ORDER BY metric, date_to
