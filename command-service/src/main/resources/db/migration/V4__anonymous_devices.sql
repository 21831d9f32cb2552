-- Devices that a gateway may let in by their name alone, where it lets anonymous ones in at all: those that were only seen when they
-- were first changed, and have had nothing to show since. Of those that are here already nobody knows it.
alter table devices
    add column anonymous boolean not null default false;
