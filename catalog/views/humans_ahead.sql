-- What machines still cannot do: open achievements, and baselines that no recorded result passes.
CREATE VIEW humans_ahead AS
SELECT ref, name, 'open claim' AS basis, caveat AS remark, NULL AS human_level, NULL AS best_machine FROM achievements WHERE status = 'open'
UNION ALL
SELECT h.ref, p.human_baseline, 'no recorded result above ' || p.metric, h.population, p.human_level,
  (SELECT CASE p.direction WHEN 'higher' THEN max(s.value) ELSE min(s.value) END FROM scored_results s
    WHERE s.benchmark_id = p.benchmark_id AND s.metric = p.metric)
FROM human_parity p JOIN human_baselines h ON h.id = p.human_baseline_id JOIN benchmark_metrics m ON m.id = p.benchmark_id || '.' || p.metric
WHERE p.first_above IS NULL AND p.human_level IS NOT NULL AND m.is_primary = 1
  AND EXISTS (SELECT 1 FROM scored_results s WHERE s.benchmark_id = p.benchmark_id AND s.metric = p.metric)
