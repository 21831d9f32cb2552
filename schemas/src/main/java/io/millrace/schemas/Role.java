package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a user or key may do. Each of the first three may also do what the ones before it may. */
public enum Role {
    /** Looks. */
    VIEWER,
    /** Sends commands, changes devices, acknowledges alerts. */
    OPERATOR,
    /** Manages users and keys. */
    ADMIN,
    /** Only registers new devices ({@code POST /provision}). */
    PROVISIONING;

    /** Whether who has this role may do what needs the other. */
    public boolean includes(Role needed) {
        return this == needed || this != PROVISIONING && needed != PROVISIONING && compareTo(needed) > 0;
    }

    /** @throws IllegalArgumentException naming the value and what was expected */
    @JsonCreator
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException("role \"" + text + "\" (expected viewer, operator, admin or provisioning)");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
