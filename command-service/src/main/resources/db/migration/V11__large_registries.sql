-- A million devices: whatever one lists by has an index that gives ids in order, so that a page costs as much as it is long.

-- What a device is listed by: its labels once more, a row each, and its type under the name '', which no label has. Kept by the
-- triggers below, written by nobody else.
create table device_marks (
    name      text not null,
    value     text not null,
    device_id text not null,
    primary key (name, value, device_id)
);

create function marks(type text, labels jsonb) returns jsonb language sql immutable parallel safe
    return case when type is null then labels else labels || jsonb_build_object('', type) end;

create function device_marks_entered() returns trigger language plpgsql as $$
begin
    insert into device_marks
        select m.key, m.value, e.id from entered e, jsonb_each_text(marks(e.type, e.labels)) m
        on conflict do nothing;
    return null;
end $$;

create function device_marks_changed() returns trigger language plpgsql as $$
begin
    delete from device_marks t using (
            select m.key, m.value, b.id from before b, jsonb_each_text(marks(b.type, b.labels)) m
            except
            select m.key, m.value, e.id from entered e, jsonb_each_text(marks(e.type, e.labels)) m) gone
        where t.name = gone.key and t.value = gone.value and t.device_id = gone.id;
    insert into device_marks
        select m.key, m.value, e.id from entered e, jsonb_each_text(marks(e.type, e.labels)) m
        except
        select m.key, m.value, b.id from before b, jsonb_each_text(marks(b.type, b.labels)) m
        on conflict do nothing;
    return null;
end $$;

create function device_marks_removed() returns trigger language plpgsql as $$
begin
    delete from device_marks t using before b, jsonb_each_text(marks(b.type, b.labels)) m
        where t.name = m.key and t.value = m.value and t.device_id = b.id;
    return null;
end $$;

insert into device_marks select m.key, m.value, d.id from devices d, jsonb_each_text(marks(d.type, d.labels)) m;

create trigger device_marks_entered after insert on devices
    referencing new table as entered for each statement execute function device_marks_entered();
create trigger device_marks_changed after update on devices
    referencing old table as before new table as entered for each statement execute function device_marks_changed();
create trigger device_marks_removed after delete on devices
    referencing old table as before for each statement execute function device_marks_removed();

drop index devices_by_type;
-- Room in each page, so that a change of a device need not touch the indexes.
alter table devices set (fillfactor = 85);

-- Parts of ids. pg_trgm does the same and more, but an extension is not to be had everywhere.
create function id_trigrams(word text) returns text[] language sql immutable strict parallel safe
    return (select coalesce(array_agg(distinct substr(lower(word), i, 3)), '{}')
            from generate_series(1, length(word) - 2) i);
create index devices_by_part on devices using gin (id_trigrams(id)) with (gin_pending_list_limit = 512);
create index devices_by_beginning on devices ((lower(id) collate "C"), id);

create index sessions_connected on sessions (device_id) where connected;

-- Devices that were deleted, as long as Kafka may hold something of theirs: what they said before does not bring them back.
create table deleted_devices (
    id         text primary key,
    deleted_at timestamptz not null
);
create index deleted_devices_by_time on deleted_devices (deleted_at);

-- What a person asks about a device that makes trouble: its last connects and refusals, and the signs that gateways noticed. The
-- positions are those of the last records that are in it, so that none counts twice.
create table device_diagnostics (
    device_id     text primary key,
    body          jsonb       not null,
    sessions_pos  bigint      not null,
    trouble_pos   bigint      not null,
    updated_at    timestamptz not null
) with (fillfactor = 80);
