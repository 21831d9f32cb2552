package io.millrace.commands.access;

import io.millrace.schemas.Role;

/** Who makes a request: a user by name, or an API key by name. */
public record Principal(String name, Role role) {
    public boolean may(Role needed) {
        return role.includes(needed);
    }
}
