-- Alerts with their story, and what is told to others over HTTP.

alter table alerts add column acknowledged_note text;
create index alerts_by_rule on alerts (rule, starts_at desc, fingerprint);
create index alerts_by_labels on alerts using gin (labels jsonb_path_ops);

-- What happened to an episode: it fired, changed its level, was acknowledged, resolved. Of a record of Kafka there is one at most.
create table alert_events (
    n           bigint generated always as identity primary key,
    fingerprint text        not null references alerts on delete cascade,
    at          timestamptz not null,
    event       text        not null
        check (event in ('fired', 'level-changed', 'acknowledged', 'acknowledgement-withdrawn', 'resolved')),
    level       text,
    value       double precision,
    reason      text,
    person      text,
    note        text,
    part        integer,
    pos         bigint,
    unique (fingerprint, part, pos)
);

insert into alert_events (fingerprint, at, event)
    select fingerprint, starts_at, 'fired' from alerts;
insert into alert_events (fingerprint, at, event, person)
    select fingerprint, acknowledged_at, 'acknowledged', acknowledged_by from alerts where acknowledged_at is not null;
insert into alert_events (fingerprint, at, event, level, value, reason)
    select fingerprint, coalesce(ends_at, updated_at), 'resolved', level, value, reason from alerts where status = 'resolved';

-- Receivers. The secret is sealed (AES-256-GCM): it has to be known to sign with it.
create table webhooks (
    id              text primary key,
    name            text        not null unique,
    url             text        not null,
    events          text[]      not null,
    devices         text[]      not null,
    rules           text[]      not null,
    labels          jsonb       not null,
    secret          bytea       not null,
    enabled         boolean     not null,
    disabled_reason text,
    created_at      timestamptz not null,
    created_by      text        not null,
    updated_at      timestamptz not null
);

-- What is to be told, written in the transaction of what it tells; a row for each receiver. No foreign key: commands that end should
-- not lock the rows of receivers. A message is taken by moving due_at ahead, beyond the longest time that an attempt may last.
create table webhook_messages (
    n           bigint generated always as identity primary key,
    id          text        not null default 'msg_' || replace(gen_random_uuid()::text, '-', '') unique,
    webhook_id  text        not null,
    event       text        not null,
    subject     text        not null,
    data        jsonb       not null,
    status      text        not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
    attempt     integer     not null default 0,
    created_at  timestamptz not null default now(),
    due_at      timestamptz not null default now(),
    tried_at    timestamptz,
    took_millis integer,
    http_status integer,
    error       text,
    finished_at timestamptz
) with (fillfactor = 80);
create index webhook_messages_due on webhook_messages (webhook_id, due_at) where status = 'pending';
create index webhook_messages_in_order on webhook_messages (webhook_id, subject, n) where status = 'pending';
create index webhook_messages_of_one on webhook_messages (webhook_id, n desc);
create index webhook_messages_old on webhook_messages (finished_at) where status <> 'pending';

create function iso_time(t timestamptz) returns text language sql stable parallel safe
    return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Whatever statement brings a command to its end, or to its device: who listens is told.
create function command_told() returns trigger language plpgsql as $$
begin
    insert into webhook_messages (webhook_id, event, subject, data)
        select w.id, 'command.' || new.status, new.id,
            jsonb_strip_nulls(jsonb_build_object(
                'commandId', new.id, 'deviceId', new.device_id, 'status', new.status, 'reason', new.reason,
                'attempt', new.attempt, 'origin', new.origin, 'rule', new.rule, 'revision', new.revision, 'cause', new.cause,
                'requestedBy', new.requested_by, 'createdAt', iso_time(new.created_at), 'sentAt', iso_time(new.sent_at),
                'deliveredAt', iso_time(new.delivered_at), 'finishedAt', iso_time(new.finished_at)))
                || case when new.result is null then '{}' else jsonb_build_object('result', new.result) end
        from webhooks w
        where w.enabled and ('command.' || new.status) = any(w.events)
            and (w.devices = '{}' or new.device_id = any(w.devices))
            and (w.rules = '{}' or new.rule = any(w.rules))
            and (w.labels = '{}' or exists (select from devices d where d.id = new.device_id and d.labels @> w.labels));
    return null;
end $$;
create trigger command_told_at_once after insert on commands for each row
    when (new.status not in ('queued', 'sent')) execute function command_told();
create trigger command_told_later after update of status on commands for each row
    when (old.status is distinct from new.status and new.status not in ('queued', 'sent')) execute function command_told();
