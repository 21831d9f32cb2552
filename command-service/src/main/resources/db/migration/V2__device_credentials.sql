-- What a device can show beside a secret: keys of its own for tokens, pinned client certificates, and which generation of its
-- derived key for TLS-PSK is in force. None of them lets anybody in.
alter table devices
    add column jwt_keys                 jsonb   not null default '[]',
    add column certificate_fingerprints text[]  not null default '{}',
    add column psk_generation           integer;
