-- When a reading arrived, where that is not its time: boards that know the time may say when they took it.
alter table telemetry add column arrived timestamptz;
