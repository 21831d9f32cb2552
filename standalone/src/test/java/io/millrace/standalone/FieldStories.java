package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bad input in every form's fields: it is answered at the field, in words that say what was expected, and what else was typed stays. */
interface FieldStories extends ConsoleStories {

    /** What is typed, and the words that must then stand at that field. */
    record Bad(String field, String typed, String... says) {}

    /**
     * Fills the form with what is good, and then each field with what is not, one at a time. The form is never accepted.
     *
     * @param within where the button is
     */
    private void refuses(String within, String button, Map<String, String> good, Bad... bads) {
        browser().expect("status of 4"); // the browser's own words for answers of the API
        good.forEach(browser()::type);
        for (Bad bad : bads) {
            String before = good.getOrDefault(bad.field, "");
            browser().type(bad.field, bad.typed);
            browser().pressIn(within, button);
            assertThat(browser().wrongAt(bad.field))
                    .as("%s: %s", bad.field, bad.typed)
                    .contains(bad.says);
            assertThat(browser().value(bad.field)).isEqualTo(bad.typed);
            browser().type(bad.field, before);
        }
        good.forEach((field, typed) -> assertThat(browser().value(field)).isEqualTo(typed));
    }

    private void refusesInDialog(String button, Map<String, String> good, Bad... bads) {
        refuses("dialog[open]", button, good, bads);
        browser().pressIn("dialog[open]", "Cancel");
        browser().gone("dialog[open]");
    }

    @Test
    default void whoSignsInWithoutANameOrPasswordIsToldWhatIsMissing() {
        rig().nobody("/");
        refuses(
                "dialog[open]",
                "Sign in",
                Map.of("User name", "somebody", "Password", "something"),
                new Bad("User name", "", "Please fill this in"),
                new Bad("Password", "", "Please fill this in"));
    }

    @Test
    default void fieldsOfUsers() {
        rig().as(ConsoleRig.ADMIN, "/admin/users").seePage("Administration");
        browser().press("New user");
        refusesInDialog(
                "Create",
                Map.of("Name", "walter", "Password", "long enough"),
                new Bad("Name", "", "Please fill this in"),
                new Bad("Name", "two words", "two words", "1 to 64"),
                new Bad("Name", ConsoleRig.VIEWER, ConsoleRig.VIEWER, "already"),
                new Bad("Password", "short", "8"),
                new Bad("Password", "ü".repeat(36), "71"));
        browser().press("Change " + ConsoleRig.VIEWER);
        refusesInDialog("Change", Map.of(), new Bad("New password", "short", "8"));
        assertThat(rig().rest.get("/users").findValuesAsText("username")).doesNotContain("walter", "two words");
    }

    @Test
    default void fieldsOfKeys() {
        rig().rest.post("/api-keys", "{\"name\":\"weather\",\"role\":\"viewer\"}", 201);
        Bad[] bads = {
            new Bad("Name", "", "Please fill this in"),
            new Bad("Name", "a/b", "a/b", "1 to 64"),
            new Bad("Name", "weather", "weather", "already"),
            new Bad("Expires after", "soon", "soon"),
            new Bad("Expires after", "-1h", "-1h")
        };
        rig().as(ConsoleRig.ADMIN, "/admin/keys").seePage("Administration");
        browser().press("New API key");
        refusesInDialog("Create", Map.of("Name", "roof"), bads);
        browser().open("/admin/provisioning");
        browser().press("New provisioning key");
        refusesInDialog("Create", Map.of("Name", "roof"), bads);
    }

    @Test
    default void fieldsOfWebhooks() {
        Bad[] bads = {
            new Bad("Name", "", "Please fill this in"),
            new Bad("Name", "a/b", "a/b"),
            new Bad("Address", "", "Please fill this in"),
            new Bad("Address", "pager", "pager"),
            new Bad("Address", "ftp://pager.example.org/", "ftp"),
            new Bad("Address", "https://me:secret@pager.example.org/", "user"),
            new Bad("Tells of", "", "Please fill this in"),
            new Bad("Tells of", "alert.firing alert.fired", "alert.fired", "alert.resolved"),
            new Bad("Of these devices only", "pump/1", "pump/1"),
            new Bad("Of these rules only", "fan", "fan", "group/name"),
            new Bad("With these labels only", "critical", "critical", "name:value")
        };
        Map<String, String> good =
                Map.of("Name", "pager", "Address", "https://pager.example.org/", "Tells of", "alert.firing");
        rig().as(ConsoleRig.ADMIN, "/admin/webhooks").seePage("Administration");
        browser().press("New webhook");
        refusesInDialog("Create", good, bads);
        String id = rig().rest
                .post(
                        "/webhooks",
                        "{\"name\":\"chat\",\"url\":\"https://chat.example.org/\",\"events\":[\"alert.firing\"]}",
                        201)
                .get("id")
                .asText();
        browser().open("/admin/webhooks/" + id);
        browser().press("Change");
        refusesInDialog("Change", good, bads);
        assertThat(rig().rest.get("/webhooks/" + id).get("name").asText()).isEqualTo("chat");
    }

    @Test
    default void fieldsOfTheAudit() {
        rig().as(ConsoleRig.ADMIN, "/admin/audit?from=2026-11-24T10:00:00Z&to=2026-11-24T09:00:00Z")
                .seePage("Administration");
        browser().expect("status of 4");
        browser().pressIn("main", "Filter");
        assertThat(browser().wrongAt("From")).contains("before");
    }

    @Test
    default void fieldsOfOnesOwnPassword() {
        rig().as(ConsoleRig.VIEWER, "/me").seePage("You");
        refuses(
                "main",
                "Change it",
                Map.of(
                        "Present password",
                        "vera only looks",
                        "New password",
                        "vera looks again",
                        "New password again",
                        "vera looks again"),
                new Bad("Present password", "", "Please fill this in"),
                new Bad("New password again", "vera looks twice", "another text"),
                new Bad("Present password", "not hers", "not your present password"));
        browser().type("New password again", "short");
        refuses("main", "Change it", Map.of(), new Bad("New password", "short", "8"));
    }

    @Test
    default void fieldsOfDevices() {
        rig().as(ConsoleRig.OPERATOR, "/devices").seePage("Devices");
        refuses("main", "Search", Map.of(), new Bad("Label", "berlin", "name:value"));
        browser().press("Add a device");
        refusesInDialog(
                "Add",
                Map.of("Device id", "field-1"),
                new Bad("Device id", ConsoleRig.BOARD, ConsoleRig.BOARD, "already"),
                new Bad("Type", "t".repeat(200), "128"),
                new Bad("Labels", "berlin", "berlin", "name=value"),
                new Bad("Labels", "site=" + "b".repeat(300), "site"));
        browser().open("/devices/" + ConsoleRig.SILENT);
        refuses(
                "main",
                "Send",
                Map.of("Payload", "LED_ON"),
                new Bad("Payload", "", "Please fill this in"),
                new Bad("Expires in", "soon", "60s"),
                new Bad("Expires in", "99d", "30d"));
    }

    @Test
    default void fieldsOfFiltersAndRules() {
        rig().as(ConsoleRig.OPERATOR, "/commands").seePage("Commands");
        refuses(
                "main",
                "Filter",
                Map.of(),
                new Bad("Device", "two words", "two words"),
                new Bad("Labels", "berlin", "name:value"));
        browser().open("/alerts");
        refuses(
                "main",
                "Filter",
                Map.of(),
                new Bad("Device", "two words", "two words"),
                new Bad("Rule", "fan", "group/name"),
                new Bad("Labels", "berlin", "name:value"));
        browser().open("/rules");
        browser().press("Mute default/fan");
        refusesInDialog(
                "Mute",
                Map.of("For", "1h"),
                new Bad("For", "", "Please fill this in"),
                new Bad("For", "a while", "a while"),
                new Bad("For", "99d", "30d"));
        browser().open(RuleStories.EDITOR);
        refuses(
                "main",
                "Try",
                Map.of("Device", ConsoleRig.BOARD),
                new Bad("Device", "", "Please fill this in"),
                new Bad("Device", "two words", "two words"));
    }

    @Test
    default void fieldsOfABatch() {
        rig().as(ConsoleRig.OPERATOR, "/commands/batch/new").seePage("New batch");
        refuses(
                "main",
                "Send",
                Map.of("Payload", "LED_ON", "Type", "nothing-of-the-kind", "Commands a second", "100"),
                new Bad("Payload", "", "Please fill this in"),
                new Bad("Labels", "berlin", "name:value"),
                new Bad("Labels", "site:a site:b", "twice"),
                new Bad("Ids", "pump/1", "pump/1"),
                new Bad("Commands a second", "0", "5,000"),
                new Bad("Commands a second", "many", "many"),
                new Bad("Under way at a time", "0.5", "10,000"),
                new Bad("Expires after", "soon", "soon"),
                new Bad("To be answered within", "soon", "soon"),
                new Bad("Repeat after a failure", "11", "10"));
        browser().type("Type", "");
        browser().pressIn("main", "Send");
        assertThat(browser().wrongAt("All devices")).contains("Say which devices");
    }
}
