-- When the last sign of life of a gateway was read: for people who look at it.
alter table gateways add column heard_at timestamptz;
