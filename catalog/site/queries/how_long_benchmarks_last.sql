-- Years from a benchmark's release to the first result above people
-- By the human baselines recorded here.
SELECT benchmark_id, name, released, human_baseline_id, first_above, first_above_date, years_to_people, saturated_on, years_to_saturation
FROM benchmark_lifespans ORDER BY years_to_people IS NULL, years_to_people
