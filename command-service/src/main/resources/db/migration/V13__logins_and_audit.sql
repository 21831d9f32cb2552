-- A person at one place, from the login until the logout, a new password, or its end. A token is good as long as its login is here.
create table logins (
    id             text primary key,
    user_name      text        not null references users (name) on delete cascade,
    refresh_digest text        not null,
    created_at     timestamptz not null,
    used_at        timestamptz not null,
    ends_at        timestamptz not null
);
create index logins_by_user on logins (user_name, used_at);

-- From where somebody has logged in before: strangers who guess must not keep people out there.
create table login_places (
    user_name text        not null references users (name) on delete cascade,
    network   text        not null,
    used_at   timestamptz not null,
    primary key (user_name, network)
);

-- Tries that failed or are under way, by a digest of name and address.
create table login_attempts (
    subject text primary key,
    since   timestamptz not null,
    tries   integer     not null
);

-- The hash of the password that the configuration gave last: it counts again only when it is another.
alter table users add column configured_hash text;
alter table api_keys add column last_used_at timestamptz;

-- Every change that somebody asked for: written before it is made, its outcome after. Without status: the process died in between.
create table audit (
    n          bigint generated always as identity primary key,
    at         timestamptz not null,
    request_id text        not null,
    kind       text        not null,
    user_name  text,
    role       text,
    address    text        not null,
    operation  text        not null,
    target     text        not null,
    status     integer,
    count      integer     not null default 1
);
create index audit_by_time on audit (at);
create index audit_by_user on audit (user_name, n);
create index audit_by_target on audit (target text_pattern_ops, n);
