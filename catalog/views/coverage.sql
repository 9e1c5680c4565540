-- How well each kind is sourced: records, values, claims by default, explicit claims, claims read against their source.
CREATE VIEW coverage AS
SELECT k.kind, k.records, coalesce(v.sourced_values, 0) AS sourced_values, coalesce(v.claims, 0) AS claims, coalesce(v.by_default, 0) AS by_default,
  coalesce(v.explicit_claims, 0) AS explicit_claims, coalesce(v.read_claims, 0) AS read_claims, coalesce(v.derived, 0) AS derived,
  coalesce(v.disagreeing, 0) AS disagreeing, round(100.0 * v.read_claims / v.claims, 1) AS read_pct
FROM (SELECT kind, count(*) AS records FROM records GROUP BY kind) k
LEFT JOIN (
  SELECT r.kind, count(DISTINCT c.record || ' ' || c.path) AS sourced_values, count(*) AS claims,
    count(*) FILTER (WHERE c.role = 'accepted' AND c.explicit = 0) AS by_default, count(*) FILTER (WHERE c.role = 'accepted' AND c.explicit = 1) AS explicit_claims,
    count(c.accessed) AS read_claims, count(*) FILTER (WHERE c.role = 'derived') AS derived, count(*) FILTER (WHERE c.role = 'other') AS disagreeing
  FROM claims c JOIN records r ON r.ref = c.record GROUP BY r.kind
) v ON v.kind = k.kind
