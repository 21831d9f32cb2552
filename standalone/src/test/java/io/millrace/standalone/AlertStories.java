package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** From a leak in a cellar to somebody who looks after it. */
interface AlertStories extends ConsoleStories {
    @Test
    default void anAlertAppearsWhileSomebodyLooksAndIsAcknowledgedWithANote() {
        rig().as(ConsoleRig.OPERATOR, "/alerts?device=cellar").seePage("Alerts");
        browser().see("No alert fits");
        try (TestDevice cellar = rig().connected("cellar")) {
            cellar.telemetry("cellar", "{\"water\":3}");
            browser().see("Leak", "3 cm of water in cellar");
            browser().press("Acknowledge");
            browser().type("Note", "I am on my way");
            browser().pressIn("dialog[open]", "Acknowledge");
            browser().see("Leak is acknowledged");
            browser().see("No alert fits");
            browser().follow("Acknowledged");
            browser().see("I am on my way", ConsoleRig.OPERATOR);
            browser().follow("Leak");
            browser().see("began to fire", "acknowledged");
        }
        await().untilAsserted(() -> assertThat(
                        rig().rest.get("/devices/cellar/alerts").toString())
                .contains("\"acknowledgedNote\":\"I am on my way\""));
    }

    @Test
    default void aLabelThatIsNoneIsAnsweredAtItsField() {
        rig().as(ConsoleRig.OPERATOR, "/alerts").seePage("Alerts");
        browser().type("Labels", "critical");
        browser().press("Filter");
        assertThat(browser().wrongAt("Labels")).contains("\"critical\" is not a label", "severity:critical");
    }
}
