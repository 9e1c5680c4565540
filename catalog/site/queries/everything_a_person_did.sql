-- Everything a person did
-- Milestones, models, methods, papers, courses that name the person.
-- :person = yann-lecun
SELECT DISTINCT r.kind, r.ref, r.name, x.path AS named_in FROM relations x JOIN records r ON r.ref = x.record
WHERE x.target = 'people/' || coalesce(nullif(:person, ''), 'yann-lecun') ORDER BY r.kind, r.name
