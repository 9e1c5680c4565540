-- Applications by the evidence that they work
-- demo, study, trial or deployed.
-- :grade
SELECT ref, name, name_ru, evidence_grade, demo_url, demo_state FROM applications
WHERE coalesce(:grade, '') = '' OR evidence_grade = :grade ORDER BY evidence_grade, name
