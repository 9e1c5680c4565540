-- Human levels of fewer than N people, or of a number not reported
-- A human level of one annotator is a fact about one annotator.
-- :people = 5
SELECT h.ref, h.name, h.benchmark_id, c.value_text AS people, h.population, h.statistic, h.basis
FROM human_baselines h JOIN claims c ON c.record = h.ref AND c.path = 'people' AND c.role = 'accepted'
WHERE h.people IS NULL OR h.people < CAST(coalesce(nullif(:people, ''), '5') AS REAL)
GROUP BY h.id ORDER BY h.people, h.id
