-- The last generation given to any device's key for TLS-PSK. It outlives the key and the device, so that none gets an old key again.
create table psk_generations (
    last integer not null
);
insert into psk_generations select coalesce(max(psk_generation), 0) from devices;
