package io.millrace.commands.access;

import io.millrace.schemas.Role;
import java.util.Locale;

/** Who makes a request: a user, an API key, or somebody whom the OpenID Connect issuer knows; by name. */
public record Principal(Kind kind, String name, Role role) {
    /** Who vouches for the name. */
    public enum Kind {
        USER,
        API_KEY,
        OIDC;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public boolean may(Role needed) {
        return role.includes(needed);
    }
}
