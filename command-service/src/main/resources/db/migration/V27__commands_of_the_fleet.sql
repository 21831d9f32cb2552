-- People list commands of the whole fleet, the newest first, also by status and between two times (CommandListStore). New entries come at the
-- right edge of these indexes, where they cost least; the index by time also finds what is old enough to be removed, which the block range index
-- did before it.
create index commands_by_time on commands (accepted_at, seq);
drop index commands_old;

-- Ends that are looked for and rare. What waits or is on its way has indexes of its own, what is delivered or succeeded is found among the newest.
create index commands_ended_ill on commands (status, accepted_at, seq)
    where status in ('failed', 'expired', 'cancelled', 'rejected', 'unconfirmed');
