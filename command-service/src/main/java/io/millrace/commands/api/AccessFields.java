package io.millrace.commands.api;

/** Names of users and API keys, in a body. */
final class AccessFields {
    private static final String NAME = "[A-Za-z0-9._@-]+";

    private AccessFields() {}

    static String name(Body body, String field) {
        String name = body.text(field, 64);
        if (!name.matches(NAME)) {
            throw Problem.field(field, "\"" + name + "\"", "1 to 64 characters of letters, digits and . _ @ -");
        }
        return name;
    }
}
