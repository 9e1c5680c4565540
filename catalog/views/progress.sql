-- Records over time: results better than every earlier one, and than all of the same day, in the same benchmark, metric and track.
CREATE VIEW progress AS
SELECT a.* FROM scored_results a
WHERE a.value IS NOT NULL AND a.date_to IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM scored_results b
  WHERE b.benchmark_id = a.benchmark_id AND b.metric = a.metric AND b.track = a.track AND b.result_id <> a.result_id AND b.date_to <= a.date_to
    AND CASE a.direction WHEN 'higher' THEN b.value - a.value ELSE a.value - b.value END
      >= CASE WHEN b.date_to < a.date_to OR b.result_id < a.result_id THEN 0 ELSE 1e-12 END
)
