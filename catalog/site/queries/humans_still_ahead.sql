-- What machines still cannot do
-- Open claims, and human levels that no recorded result passes.
SELECT * FROM humans_ahead ORDER BY basis, name
