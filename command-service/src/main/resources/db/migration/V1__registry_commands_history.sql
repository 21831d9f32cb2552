-- The memory of a fleet: who the devices are, where they are connected, what was asked of them, what they said.

-- Known devices. Those with registered = false were never entered by a person: a gateway let them in (anonymous mode,
-- a fleet certificate) and they spoke. They are not on the device-registry topic.
create table devices (
    id          text primary key,
    registered  boolean     not null,
    type        text,
    labels      jsonb       not null default '{}',
    attributes  jsonb       not null default '{}',
    config      jsonb,
    secrets     text[]      not null default '{}',
    enabled     boolean     not null default true,
    revision    bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index devices_by_labels on devices using gin (labels jsonb_path_ops);
create index devices_by_type on devices (type, id) where type is not null;

-- What is still to be written to the compacted topics, in the transaction that made the change. A null value is a tombstone.
create table registry_outbox (
    n          bigint generated always as identity primary key,
    topic      text        not null check (topic in ('device-registry', 'access-keys')),
    key        text        not null,
    value      text,
    created_at timestamptz not null
);

create table users (
    name          text primary key,
    password_hash text        not null,
    role          text        not null,
    enabled       boolean     not null default true,
    created_at    timestamptz not null
);

create table api_keys (
    id         text primary key,
    name       text        not null unique,
    role       text        not null,
    digest     text        not null,
    created_at timestamptz not null,
    created_by text        not null,
    expires_at timestamptz
);

-- Keys of the service itself, made once: the one that signs tokens.
create table service_keys (
    name       text primary key,
    value      text        not null,
    created_at timestamptz not null
);

-- Offsets order sessions only within one topic; a topic made anew has another id.
create table kafka_topics (
    name     text primary key,
    topic_id text not null
);

-- The gateways, by slot. An incarnation is the offset of its start on device-sessions.
create table gateways (
    slot        integer primary key,
    incarnation bigint      not null,
    lease_until timestamptz not null,
    stopped     boolean     not null default false,
    sessions    integer     not null default 0
);

-- The newest session of each device; a row outlives its session. in_flight is the command that is sent and not yet answered:
-- the row is the lock under which the next one is chosen.
create table sessions (
    device_id       text primary key,
    slot            integer     not null,
    incarnation     bigint      not null,
    epoch           bigint      not null,
    connected       boolean     not null,
    ready           boolean     not null,
    qos             smallint    not null default 1,
    ready_since     timestamptz,
    client_id       text,
    protocol        text,
    address         text,
    connected_since timestamptz not null,
    closed_at       timestamptz,
    close_reason    text,
    in_flight       text
) with (fillfactor = 80);
create index sessions_by_slot on sessions (slot) where connected;

create table commands (
    id              text primary key,
    seq             bigint generated always as identity,
    device_id       text        not null,
    payload         bytea       not null,
    content_type    text,
    origin          text        not null,
    rule            text,
    revision        text,
    cause           text,
    requested_by    text,
    qos             smallint    not null,
    chain           integer     not null,
    idempotency_key text,
    status          text        not null,
    reason          text,
    result          jsonb,
    attempt         integer     not null default 0,
    slot            integer,
    epoch           bigint,
    created_at      timestamptz not null,
    accepted_at     timestamptz not null,
    expires_at      timestamptz not null,
    sent_at         timestamptz,
    delivered_at    timestamptz,
    finished_at     timestamptz
) with (fillfactor = 80);
create index commands_of_device on commands (device_id, seq desc);
create unique index commands_idempotent on commands (device_id, idempotency_key) where idempotency_key is not null;
create index commands_waiting on commands (device_id, seq) where status = 'queued';
create index commands_expiring on commands (expires_at) where status = 'queued';
create index commands_sent on commands (device_id) where status = 'sent';
create index commands_old on commands (accepted_at);

-- Every step of a command, also those that changed nothing but are worth knowing (a late acknowledgement).
create table command_events (
    n          bigint generated always as identity primary key,
    command_id text        not null,
    at         timestamptz not null,
    event      text        not null,
    status     text        not null,
    attempt    integer     not null,
    slot       integer,
    epoch      bigint,
    reason     text
);
create index command_events_of_command on command_events (command_id, n);

-- Last value of each field, and when it came: from telemetry, and as the device reported its state.
create table device_state (
    device_id       text primary key,
    telemetry       jsonb not null default '{}',
    telemetry_times jsonb not null default '{}',
    telemetry_at    timestamptz,
    reported        jsonb not null default '{}',
    reported_times  jsonb not null default '{}',
    reported_at     timestamptz
) with (fillfactor = 70);

-- Every reading, by day. The place of its Kafka record is part of the key: a record that is read twice stands here once.
create table telemetry (
    device_id text        not null,
    time      timestamptz not null,
    part      integer     not null,
    pos       bigint      not null,
    channel   text,
    body      jsonb       not null,
    primary key (device_id, time, part, pos)
) partition by range (time);
create table telemetry_other partition of telemetry default;

create table alerts (
    fingerprint     text primary key,
    name            text        not null,
    status          text        not null,
    device_id       text,
    labels          jsonb       not null,
    annotations     jsonb       not null,
    rule            text        not null,
    revision        text        not null,
    cause           text        not null,
    value           double precision,
    level           text,
    reason          text,
    late            boolean     not null,
    starts_at       timestamptz not null,
    ends_at         timestamptz,
    updated_at      timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by text
);
create index alerts_by_start on alerts (starts_at desc, fingerprint);
create index alerts_firing on alerts (starts_at desc, fingerprint) where status = 'firing';
create index alerts_of_device on alerts (device_id, starts_at desc) where device_id is not null;
