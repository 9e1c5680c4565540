-- Problems of deep learning and what helps against each.
CREATE VIEW remedies AS
SELECT t.id AS theme_id, t.name AS problem, t.name_ru AS problem_ru, r.position, coalesce(m.name, o.name, r.text) AS remedy,
  coalesce(r.text_ru, m.name_ru, o.name_ru) AS remedy_ru, r.method_id, r.ref, r.text, r.source_id, r.locator
FROM theme_remedies r JOIN themes t ON t.id = r.theme_id
LEFT JOIN methods m ON m.id = r.method_id LEFT JOIN records o ON o.ref = r.ref
