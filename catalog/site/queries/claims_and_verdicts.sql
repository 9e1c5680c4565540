-- What was claimed and what holds
-- Achievements whose standing is the one you choose: confirmed, disputed, reversed, withdrawn, claimed, open.
-- :status = disputed
SELECT ref, name, date, status, claimed, verdict, verdict_basis, machine, human, caveat FROM verdicts
WHERE coalesce(:status, '') = '' OR status = :status ORDER BY date_from
