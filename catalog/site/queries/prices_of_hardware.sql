-- Prices of devices with their dates
-- A price without its date says nothing.
SELECT h.ref, h.name, p.date, p.amount, p.currency, p.condition, p.source_id FROM hardware_prices p JOIN hardware h ON h.id = p.hardware_id ORDER BY p.date_from
