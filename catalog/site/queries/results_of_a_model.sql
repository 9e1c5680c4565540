-- Results of a model on all benchmarks
-- Every score with its source.
-- :model = resnet-50
SELECT benchmark_id, metric, value, error, date, track, evaluator, source_id FROM scored_results
WHERE model_id = coalesce(nullif(:model, ''), 'resnet-50') ORDER BY benchmark_id, metric
