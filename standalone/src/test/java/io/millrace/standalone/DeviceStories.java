package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One device, watched and told what to do. */
interface DeviceStories extends ConsoleStories {
    @Test
    default void aReadingArrivesWhileSomebodyLooks() {
        try (TestDevice kiln = rig().connected("kiln")) {
            rig().as(ConsoleRig.VIEWER, "/devices/kiln").seePage("kiln");
            browser().see("connected", "live");
            kiln.telemetry("kiln", "{\"glow\":812.5}");
            browser().see("812.5");
            kiln.telemetry("kiln", "{\"glow\":813.25}");
            browser().see("813.25");
            await().pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                kiln.telemetry("kiln", "{\"glow\":813.25}");
                assertThat(browser().texts(".plot figcaption")).containsExactly("glow");
            });
        }
        browser().see("it said goodbye");
    }

    @Test
    default void aCommandIsSentAndItsLifeIsSeenUntilItIsDelivered() {
        try (TestDevice lamp = rig().connected("lamp")) {
            rig().as(ConsoleRig.OPERATOR, "/devices/lamp").seePage("lamp");
            browser().type("Payload", "LED_ON");
            browser().press("Send");
            assertThat(lamp.nextCommand(20_000)).contains("LED_ON");
            browser().see("delivered", "the device has acknowledged it");
            assertThat(browser().texts("table td .badge")).contains("delivered");
        }
    }

    @Test
    default void aConfigurationThatIsNoJsonIsAnsweredAtItsFieldAndOneThatIsArrives() {
        try (TestDevice pump = rig().connected("pump")) {
            rig().as(ConsoleRig.OPERATOR, "/devices/pump").seePage("pump");
            assertThat(pump.connected()).isTrue();
            browser().typeAll("Configuration as JSON", "{\"interval\": }");
            browser().press("Save and send");
            assertThat(browser().wrongAt("Configuration as JSON")).contains("This is not JSON");
            browser().typeAll("Configuration as JSON", "[15]");
            browser().press("Save and send");
            assertThat(browser().wrongAt("Configuration as JSON")).contains("expected a JSON object");
            browser().typeAll("Configuration as JSON", "{\"interval\": 15}");
            browser().press("Save and send");
            browser().see("Saved; the device gets it now");
            assertThat(rig().rest.get("/devices/pump").at("/config/interval").asInt())
                    .isEqualTo(15);
        }
    }

    @Test
    default void anEmptyCommandAndALifeThatIsNoneAreAnsweredAtTheirFields() {
        rig().as(ConsoleRig.OPERATOR, "/devices/" + ConsoleRig.SILENT).seePage(ConsoleRig.SILENT);
        browser().press("Send");
        assertThat(browser().wrongAt("Payload")).contains("Please fill this in");
        browser().type("Payload", "LED_ON");
        browser().type("Expires in", "soon");
        browser().press("Send");
        assertThat(browser().wrongAt("Expires in")).contains("60s");
    }

    @Test
    default void aDeviceIsAddedItsSecretShownOnceAndFoundAgain() {
        rig().as(ConsoleRig.OPERATOR, "/devices").seePage("Devices");
        browser().press("Add a device");
        browser().type("Device id", "new board");
        browser().pressIn("dialog[open]", "Add");
        assertThat(browser().wrongAt("Device id")).contains("1 to 256 characters");
        browser().type("Device id", "new-board");
        browser().pressIn("dialog[open]", "Add");
        browser().see("The secret of new-board");
        browser().press("I have kept it");
        browser().seePage("new-board");
        browser().see("No readings in this time");

        browser().follow("Devices");
        browser().type("Search", "w-boar");
        browser().press("Search");
        browser()
                .waitFor(
                        "[...document.querySelectorAll('tbody tr')].map(e => e.querySelector('a').innerText)",
                        List.of("new-board"));
    }

    @Test
    default void aCutConnectionShowsHealsAndTakesNothingThatWasTyped() {
        try (TestDevice mill = rig().connected("mill")) {
            rig().as(ConsoleRig.OPERATOR, "/devices/mill").see("live");
            browser().type("Payload", "half of a com");
            browser().typeAll("Configuration as JSON", "{\"half\":");
            browser().expect("net::ERR_");
            rig().wire.cut();
            browser().see("not live, trying again");
            mill.telemetry("mill", "{\"speed\":77.25}");
            rig().wire.mend();
            browser().see("77.25");
            browser().seeNo("not live");
            assertThat(browser().value("Payload")).isEqualTo("half of a com");
            assertThat(browser().value("Configuration as JSON")).isEqualTo("{\"half\":");
        } finally {
            rig().wire.mend();
        }
    }
}
