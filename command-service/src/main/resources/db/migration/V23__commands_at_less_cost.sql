-- What a command costs on its way, most of it here: entries of indexes that nobody needs, and a function called for each row.

-- Steps are read and removed by command; their number needs no index of its own.
alter table command_events drop constraint command_events_pkey;
create unique index command_events_key on command_events (command_id, n);
alter table command_events add constraint command_events_pkey primary key using index command_events_key;
drop index command_events_of_command;

-- Commands come in the order of their time, and are looked for by it only to be removed.
drop index commands_old;
create index commands_old on commands using brin (accepted_at) with (pages_per_range = 32, autosummarize = on);

-- Who listens is told once a statement, whatever brings commands to their end, or to their device; mostly nobody does.
drop trigger command_told_at_once on commands;
drop trigger command_told_later on commands;
drop function command_told();

create function tell_of_commands(ids text[]) returns void language sql as $$
    insert into webhook_messages (webhook_id, event, subject, data)
        select w.id, 'command.' || c.status, c.id,
            jsonb_strip_nulls(jsonb_build_object(
                'commandId', c.id, 'deviceId', c.device_id, 'status', c.status, 'reason', c.reason,
                'attempt', c.attempt, 'origin', c.origin, 'rule', c.rule, 'revision', c.revision, 'cause', c.cause,
                'requestedBy', c.requested_by, 'createdAt', iso_time(c.created_at), 'sentAt', iso_time(c.sent_at),
                'deliveredAt', iso_time(c.delivered_at), 'finishedAt', iso_time(c.finished_at)))
                || case when c.result is null then '{}' else jsonb_build_object('result', c.result) end
        from commands c
        join webhooks w on w.enabled and ('command.' || c.status) = any(w.events)
            and (w.devices = '{}' or c.device_id = any(w.devices))
            and (w.rules = '{}' or c.rule = any(w.rules))
            and (w.labels = '{}' or exists (select from devices d where d.id = c.device_id and d.labels @> w.labels))
        where c.id = any(ids)
$$;

create function commands_told_at_once() returns trigger language plpgsql as $$
begin
    if exists (select from webhooks where enabled) then
        perform tell_of_commands(array(select c.id from born c where c.status not in ('queued', 'sent')));
    end if;
    return null;
end $$;
create trigger commands_told_at_once after insert on commands referencing new table as born
    for each statement execute function commands_told_at_once();

create function commands_told_later() returns trigger language plpgsql as $$
begin
    if exists (select from webhooks where enabled) then
        perform tell_of_commands(array(select c.id from after c join before b on b.id = c.id
            where c.status <> b.status and c.status not in ('queued', 'sent')));
    end if;
    return null;
end $$;
create trigger commands_told_later after update on commands referencing old table as before new table as after
    for each statement execute function commands_told_later();
