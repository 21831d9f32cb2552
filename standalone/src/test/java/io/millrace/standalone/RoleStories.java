package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may only look is offered nothing else; the service would refuse it. */
interface RoleStories extends ConsoleStories {
    @Test
    default void aViewerIsOfferedNothingThatChangesAnything() {
        rig().as(ConsoleRig.VIEWER, "/alerts").seePage("Alerts");
        assertThat(browser().texts("nav a"))
                .contains("Overview", "Devices", "Alerts", "Rules", "Commands")
                .doesNotContain("Administration");
        assertThat(browser().texts("main button")).doesNotContain("Acknowledge");

        browser().open("/devices/" + ConsoleRig.BOARD);
        browser().seePage(ConsoleRig.BOARD);
        assertThat(browser().texts("main button"))
                .contains("Download as CSV")
                .doesNotContain("Send", "Save and send", "Disable", "New secret", "Delete");
    }

    @Test
    default void anOperatorIsNotOfferedTheAdministration() {
        rig().as(ConsoleRig.OPERATOR, "/").seePage("Overview");
        assertThat(browser().texts("nav a")).contains("Rules").doesNotContain("Administration");
        browser().expect("status of 403");
        browser().open("/admin");
        browser().see("role");
        assertThat(browser().texts("main button")).doesNotContain("Add a user", "New user", "Add");
    }
}
