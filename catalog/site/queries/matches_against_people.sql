-- Matches of machines against people
-- Games won, lost and drawn, from the machine's side.
SELECT ref, name, date, contest_opponent, contest_won, contest_lost, contest_drawn, caveat FROM verdicts
WHERE contest_opponent IS NOT NULL ORDER BY date_from
