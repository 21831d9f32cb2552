package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Examples 5 to 8 of the language as they are written there, and what a restart and an edit leave of their past. */
class HistoryTest {

    private static Partition example(int number) {
        try {
            return new Partition(
                    Files.readString(Path.of("src/test/resources/rules/good/ex" + number + ".rules.yaml")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String rule(String expr) {
        return "rules:\n  - alert: A\n    expr: " + expr + "\n";
    }

    @Test
    void aSensorIsGoneWhileItsDeviceSpeaks() {
        Partition p = example(5).gatewayAlive(0, 1200);
        for (int second = 0; second <= 900; second += 30) {
            p.send(
                    second,
                    second <= 120
                            ? "{\"messageId\":%d,\"temperature\":20}".formatted(second)
                            : "{\"messageId\":%d}".formatted(second));
        }
        assertThat(p.told())
                .as("600 s after the last temperature, not at the next message")
                .containsExactly("firing SensorGone 720");
        p.send(905, "{\"messageId\":905,\"temperature\":20}");
        assertThat(p.told()).containsExactly("resolved SensorGone 905");
    }

    @Test
    void aSilentDeviceIsSilentAndItsSensorsAreNotGone() {
        Partition p = example(5).gatewayAlive(0, 1200);
        p.send(0, "{\"messageId\":0,\"temperature\":20}").until(1000);
        assertThat(p.told()).containsExactly("firing DeviceSilent 600");
    }

    @Test
    void aMeanNeedsItsSamplesAndForgetsOldOnes() {
        Partition p = example(6);
        for (int minute = 0; minute < 20; minute++) {
            p.send(minute * 60, "{\"temperature\":30}");
        }
        assertThat(p.told()).as("the tenth sample").containsExactly("firing WarmOnAverage 540");
        for (int minute = 20; minute < 26; minute++) {
            p.send(minute * 60, "{\"temperature\":20}");
        }
        assertThat(p.told()).as("three of fifteen at 20 degrees").containsExactly("resolved WarmOnAverage 1320");
    }

    @Test
    void aRiseWithinFiveMinutesIsNoticed() {
        Partition p = example(6);
        for (int minute = 0; minute < 10; minute++) {
            p.send(minute * 60, "{\"temperature\":%s}".formatted(20 + minute * 0.9));
        }
        assertThat(p.told()).isEmpty();
        p.send(600, "{\"temperature\":32}");
        assertThat(p.told()).containsExactly("firing FastRise 600");
    }

    @Test
    void aLampThatFlickersIsFlapping() {
        Partition p = example(6);
        for (int i = 0; i < 8; i++) {
            p.send(i * 10, "{\"ledState\":%b}".formatted(i % 2 == 0));
        }
        assertThat(p.told()).containsExactly("firing LedFlapping 70");
        p.send(350, "{\"ledState\":false}");
        assertThat(p.told()).containsExactly("resolved LedFlapping 350");
    }

    @Test
    void threeInARowOrFourOfTen() {
        Partition p = example(7);
        int second = 0;
        for (double pressure : new double[] {7, 5, 7, 5, 7, 5, 7}) {
            p.send(second++, "{\"pressure\":%s}".formatted(pressure));
        }
        assertThat(p.told()).containsExactly("firing PressureUnsteady 6");
        p.send(7, "{\"pressure\":7.5}").send(8, "{\"pressure\":7.6}");
        assertThat(p.told()).containsExactly("firing PressureHigh 8");
    }

    @Test
    void rebootsAreSeenInTheMessageIds() {
        Partition p = example(8);
        p.send(0, "{\"messageId\":100}").send(10, "{\"messageId\":101}");
        assertThat(p.told()).isEmpty();
        p.send(20, "{\"messageId\":1}").send(30, "{\"messageId\":2}");
        assertThat(p.told()).containsExactly("firing Rebooted 20", "resolved Rebooted 30");
        // Another payload: the same one within five minutes would be a redelivery.
        p.send(100, "{\"messageId\":1,\"up\":3}").send(110, "{\"messageId\":2,\"up\":3}");
        p.send(200, "{\"messageId\":1,\"up\":4}");
        assertThat(p.told())
                .containsExactly(
                        "firing Rebooted 100", "resolved Rebooted 110", "firing Rebooted 200", "firing RebootLoop 200");
    }

    @Test
    void anotherFirmwareIsPublishedWithTheOneBefore() {
        Partition p = example(8);
        p.send(0, "{\"messageId\":1,\"firmware\":\"1.0\"}").send(10, "{\"messageId\":2,\"firmware\":\"1.0\"}");
        assertThat(p.emissions).isEmpty();
        p.send(20, "{\"messageId\":3,\"firmware\":\"1.1\"}");
        assertThat(p.emissions)
                .singleElement()
                .isInstanceOfSatisfying(Emission.Publication.class, published -> assertThat(published.value())
                        .isEqualTo("{\"device\":\"esp32-01\",\"from\":\"1.0\",\"to\":\"1.1\"}"));
    }

    @Test
    void motionCountsForHalfAMinuteAfterTheDoor() {
        Partition p = example(8);
        p.send(0, "{\"motion\":true}");
        assertThat(p.told()).as("the door has never been open").isEmpty();
        p.send(10, "{\"door\":\"open\"}");
        assertThat(p.told()).containsExactly("firing MotionSoonAfterDoor 10");
        p.send(40, "{\"door\":\"closed\"}").until(69);
        assertThat(p.told()).isEmpty();
        p.until(71);
        assertThat(p.told())
                .as("30 s after the message that closed it")
                .containsExactly("resolved MotionSoonAfterDoor 70");
    }

    @Test
    void aConditionThatHasHeldFiresWithoutAMessage() {
        Partition p = new Partition(rule("held(temperature > 30) >= 60"));
        p.send(0, "{\"temperature\":31}")
                .send(20, "{\"temperature\":29}")
                .send(25, "{\"temperature\":32}")
                .until(84);
        assertThat(p.told()).isEmpty();
        p.until(86);
        assertThat(p.told()).containsExactly("firing A 85");
        p.send(90, "{\"temperature\":20}");
        assertThat(p.told()).containsExactly("resolved A 90");
    }

    @Test
    void anAgeIsNoticedWhenItIsReachedAndCountsFromTheFirstSightOfTheDevice() {
        Partition p = new Partition(rule("age(temperature) > 300")).gatewayAlive(0, 1000);
        p.send(0, "{\"humidity\":50}").until(301);
        assertThat(p.told()).as("never sent").containsExactly("firing A 300");
        p.send(400, "{\"temperature\":20}").send(500, "{\"temperature\":null}");
        assertThat(p.told()).containsExactly("resolved A 400");
        p.until(702);
        assertThat(p.told()).as("a null does not make it younger").containsExactly("firing A 700");
    }

    @Test
    void anAgeMayBeComparedWithWhatTheRegistrySays() {
        Partition p = new Partition(rule("coalesce(device.patience, 60) <= age(temperature)")).gatewayAlive(0, 200);
        p.register("esp32-01", 0, java.util.Map.of(), java.util.Map.of("patience", 120.0));
        p.send(0, "{\"temperature\":20}").until(119);
        assertThat(p.told()).isEmpty();
        p.until(120);
        assertThat(p.told()).containsExactly("firing A 120");
    }

    @Test
    void aRestartInTheMiddleChangesNothing() {
        for (int number = 6; number <= 8; number++) {
            Partition through = example(number);
            Partition broken = example(number);
            for (int i = 0; i < 120; i++) {
                String json =
                        "{\"messageId\":%d,\"temperature\":%s,\"ledState\":%b,\"pressure\":%s,\"door\":\"%s\",\"motion\":%b,\"firmware\":\"%d\"}"
                                .formatted(
                                        i % 17,
                                        20 + i % 13,
                                        i * i % 3 == 0,
                                        i % 24 < 10 ? 7 + i * 0.01 : 5,
                                        i % 5 == 0 ? "open" : "closed",
                                        i % 7 == 0,
                                        i / 20);
                through.send(i * 20, json);
                broken.send(i * 20, json);
                if (i % 11 == 5) {
                    broken = broken.restarted();
                }
            }
            assertThat(broken.emissions).isEqualTo(through.emissions).hasSizeGreaterThan(1);
        }
    }

    @Test
    void anEditedThresholdKeepsTheWindowAndANewOneStartsEmpty() {
        Partition p = new Partition(rule("count_over_time(temperature, \"10m\") > 3"));
        for (int i = 0; i < 3; i++) {
            p.send(i * 10, "{\"temperature\":20}");
        }
        p.use(rule("count_over_time( temperature , '10m') > 2 && max_over_time(temperature, \"10m\") > 10"));
        assertThat(p.told()).as("the maximum has no sample yet").isEmpty();
        p.send(40, "{\"temperature\":11}");
        assertThat(p.told()).containsExactly("firing A 40");
        p.use(rule("count_over_time(temperature, \"10m\") > 5"));
        p.send(50, "{\"temperature\":11}").send(60, "{\"temperature\":11}").send(70, "{\"temperature\":11}");
        assertThat(p.told()).containsExactly("resolved A 40", "firing A 60");
    }

    @Test
    void anEditedExpressionHasAPastOfItsOwn() {
        Partition p = new Partition(rule("count_over_time(temperature > 20, \"10m\") > 1"));
        p.send(0, "{\"temperature\":30}").use(rule("count_over_time(temperature > 25, \"10m\") > 1"));
        p.send(10, "{\"temperature\":30}");
        assertThat(p.told()).isEmpty();
        p.send(20, "{\"temperature\":30}");
        assertThat(p.told()).containsExactly("firing A 20");
    }

    @Test
    void rulesShareAWindowAndNoneIsKeptForDevicesThatNoSuchRuleIsFor() {
        Partition p = new Partition("""
                rules:
                  - alert: A
                    devices: "esp32-*"
                    expr: avg_over_time(temperature, "5m") > 30
                  - alert: B
                    devices: "esp32-*"
                    expr: avg_over_time(temperature, "300s") > 40 && sum_over_time(temperature, "5m") > 1
                """);
        assertThat(p.engine.rules().fields().histories().size()).isEqualTo(1);
        p.send("esp32-01", 0, "{\"temperature\":31}").send("pump-1", 0, "{\"temperature\":31}");
        assertThat(device(p, "esp32-01").values.history(0)).isNotNull();
        assertThat(device(p, "pump-1").values.history(0)).isNull();
    }

    @Test
    void aRedeliveryIsNoSample() {
        Partition p = new Partition(rule("count_over_time(temperature, \"5m\") >= 2"));
        p.send(0, "{\"messageId\":7,\"temperature\":20}").send(1, "{\"messageId\":7,\"temperature\":20}");
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aHistoryOfAHistoryIsKept() {
        Partition p = new Partition(rule("held(avg_over_time(temperature, \"1m\") > 30) >= 60"));
        for (int i = 0; i <= 12; i++) {
            p.send(i * 10, "{\"temperature\":%d}".formatted(i < 3 ? 20 : 40));
        }
        assertThat(p.told())
                .as("above 30 in the mean from the message at 60 s on")
                .containsExactly("firing A 120");
    }

    private static DeviceState device(Partition p, String id) {
        DeviceState device = p.devices.find(id.getBytes(UTF_8));
        assertThat(device).isNotNull();
        return java.util.Objects.requireNonNull(device);
    }
}
