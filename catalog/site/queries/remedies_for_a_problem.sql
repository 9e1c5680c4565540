-- What helps against a problem
-- Type a word of the problem, in English or Russian.
-- :problem = overfitting
SELECT theme_id, problem, problem_ru, remedy, remedy_ru, method_id, source_id, locator FROM remedies
WHERE problem LIKE '%' || coalesce(:problem, '') || '%' OR problem_ru LIKE '%' || coalesce(:problem, '') || '%'
ORDER BY theme_id, position
