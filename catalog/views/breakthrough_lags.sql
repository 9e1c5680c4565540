-- Years from a data set or method to the breakthrough it made possible; basis lecture is the table's own years, basis accepted ours.
CREATE VIEW breakthrough_lags AS
WITH enabler AS (
  SELECT m.ref, m.name, CAST(substr(m.date_from, 1, 4) AS INTEGER) AS breakthrough_year, e.role, coalesce(r.name, e.text) AS enabler, e.year, e.basis_year
  FROM milestone_enabled_by e JOIN milestones m ON m.id = e.milestone_id LEFT JOIN records r ON r.ref = e.ref
  UNION ALL
  SELECT a.ref, a.name, CAST(substr(a.date_from, 1, 4) AS INTEGER), e.role, coalesce(r.name, e.text), e.year, e.basis_year
  FROM achievement_enabled_by e JOIN achievements a ON a.id = e.achievement_id LEFT JOIN records r ON r.ref = e.ref
)
SELECT 'lecture' AS basis, ref, name, breakthrough_year, role, enabler, CAST(basis_year AS INTEGER) AS enabler_year,
  breakthrough_year - CAST(basis_year AS INTEGER) AS lag_years FROM enabler WHERE basis_year IS NOT NULL
UNION ALL
SELECT 'accepted', ref, name, breakthrough_year, role, enabler, CAST(year AS INTEGER), breakthrough_year - CAST(year AS INTEGER)
FROM enabler WHERE year IS NOT NULL
