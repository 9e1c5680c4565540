-- Claimed peak rates of every device with its date, per watt and per byte of memory bandwidth.
CREATE VIEW hardware_efficiency AS
SELECT h.id AS hardware_id, h.name, h.vendor_id, h.type, h.announced, h.announced_from, h.available, p.precision, p.unit, p.sparsity, p.clock, p.gflops,
  h.power_w, round(p.gflops / h.power_w, 2) AS gflops_per_watt, h.bandwidth_gb_s, round(p.gflops / h.bandwidth_gb_s, 2) AS flop_per_byte,
  h.memory_gib, h.process_nm
FROM hardware_peaks p JOIN hardware h ON h.id = p.hardware_id
