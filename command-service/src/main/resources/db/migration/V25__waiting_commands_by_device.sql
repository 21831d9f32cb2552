-- Whoever takes a device's oldest waiting command must find it by the device, however many wait for others. While hardly any command waited the planner
-- took the index by expiry for just as cheap, as it too holds nothing but what waits, and kept that plan when a hundred thousand waited.
-- So the index's condition is one that only the search for what has expired names (SweepStore).
drop index commands_expiring;
create index commands_expiring on commands (expires_at) where left(status, 6) = 'queued';
