-- What happened, from 1943 to today: milestones and achievements by date.
CREATE VIEW timeline AS
SELECT date, date_from, date_to, 'milestones' AS kind, id, ref, name, name_ru, category, summary FROM milestones
UNION ALL
SELECT date, date_from, date_to, 'achievements', id, ref, name, name_ru, 'achievement', summary FROM achievements
ORDER BY date_from, name
