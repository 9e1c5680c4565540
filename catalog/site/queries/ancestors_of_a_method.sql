-- Where a method comes from
-- Its predecessors and theirs, as far as recorded.
-- :method = transformer
WITH RECURSIVE line(id, depth) AS (
  SELECT coalesce(nullif(:method, ''), 'transformer'), 0
  UNION SELECT p.predecessor_id, line.depth + 1 FROM method_predecessors p JOIN line ON line.id = p.method_id WHERE line.depth < 20
)
SELECT min(line.depth) AS steps_back, m.ref, m.name, m.introduced, m.family FROM line JOIN methods m ON m.id = line.id GROUP BY m.id ORDER BY 1, m.introduced_from
