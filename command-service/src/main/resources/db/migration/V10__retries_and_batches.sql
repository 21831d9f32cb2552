-- What the sender wished beyond the command itself, and how far that has come. Null where nothing was wished, as by rules.
alter table commands
    add column retry            jsonb,                        -- {"times": …, "delayMs": …, "on": […]}
    add column answer_within_ms bigint,
    add column retries          integer not null default 0,   -- how often that policy has queued it again
    add column answered         integer not null default 0,   -- the last attempt that is done with, whatever is still heard of it
    add column not_before       timestamptz,                  -- of one that is queued for a retry
    add column answer_due       timestamptz,                  -- of one that is delivered and to be answered
    add column batch_id         text;
create index commands_retrying on commands (not_before) where status = 'queued' and not_before is not null;
create index commands_unanswered on commands (answer_due) where status = 'delivered' and answer_due is not null;
create index commands_of_batch on commands (batch_id, status, seq) where batch_id is not null;
create index commands_busy_of_batch on commands (batch_id)
    where batch_id is not null and (status in ('queued', 'sent') or status = 'delivered' and answer_due is not null);

-- One command for many devices, issued little by little. The row is the lock under which the next ones are issued; next_at is when
-- the next may go, so that the pace is kept by however many instances.
create table command_batches (
    id               text primary key,
    seq              bigint generated always as identity,
    status           text        not null,
    request          jsonb       not null,
    payload          bytea       not null,
    content_type     text,
    qos              smallint    not null,
    expires_in_ms    bigint      not null,
    retry            jsonb,
    answer_within_ms bigint,
    per_second       integer     not null,
    in_flight        integer,
    total            integer     not null default 0,
    issued           integer     not null default 0,
    next_at          timestamptz not null,
    created_at       timestamptz not null,
    created_by       text        not null,
    cancelled_by     text,
    finished_at      timestamptz,
    idempotency_key  text
);
create unique index command_batches_idempotent on command_batches (created_by, idempotency_key) where idempotency_key is not null;
create index command_batches_due on command_batches (next_at) where status in ('running', 'cancelling');
create index command_batches_by_seq on command_batches (seq);

-- The devices whose turn has not come, in their order.
create table batch_targets (
    batch_id  text    not null,
    n         integer not null,
    device_id text    not null,
    primary key (batch_id, n)
);
