-- Years from data set and from method to breakthrough
-- On the years of the lecture's table or on ours; the average stands in the last rows.
-- :basis = lecture
SELECT basis, role, name AS breakthrough, breakthrough_year, enabler, enabler_year, lag_years
FROM breakthrough_lags WHERE basis = coalesce(nullif(:basis, ''), 'lecture')
UNION ALL
SELECT basis, role, 'average of ' || count(*) || ' rows', NULL, NULL, NULL, round(avg(lag_years), 2)
FROM breakthrough_lags WHERE basis = coalesce(nullif(:basis, ''), 'lecture') GROUP BY basis, role
