-- Data sets that were withdrawn or lost
-- With the reason.
SELECT ref, name, status, withdrawn, withdrawn_reason FROM datasets WHERE status IN ('withdrawn', 'lost') ORDER BY withdrawn_from
