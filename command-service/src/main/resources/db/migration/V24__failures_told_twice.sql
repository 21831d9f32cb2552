-- When that happened which made an attempt fail that is followed by a retry: Kafka may tell it once more, when the retry is on its way.
alter table commands add column failed_at timestamptz;
