-- Objections to claims
-- Who objects, when, and with which argument.
SELECT a.ref, a.name, d.by_whom, d.date, d.argument, d.reply, d.source_id FROM achievement_disputes d JOIN achievements a ON a.id = d.achievement_id
ORDER BY d.date_from, a.id
