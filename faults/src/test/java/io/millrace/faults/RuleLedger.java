package io.millrace.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the rule {@code tenth} has to say to the readings that Kafka has, against what the rule engines have said; and whether a reading that
 * stands there again is marked so. The test's thread.
 */
final class RuleLedger implements AutoCloseable {
    private static final Pattern MESSAGE_ID = Pattern.compile("\"messageId\":(\\d+)");

    private final int every;
    private final String devices;
    private final TopicTail telemetry;
    private final TopicTail commands;
    private final Map<String, Boolean> fired = new HashMap<>();
    /** device and payload, and how many commands of that kind there have to be. */
    private final Map<String, Long> expected = new HashMap<>();
    /** The same for readings that stand there again. */
    private final Map<String, Long> again = new HashMap<>();

    private final Map<String, CommandRequest> said = new HashMap<>();
    /** Device and message id of the readings that are there. */
    private final Set<String> taken = new HashSet<>();
    /** Of those, the ones that came as new. */
    private final Set<String> unmarked = new HashSet<>();

    private long twiceUnmarked;

    /**
     * @param every for which of a board's readings the rule sends a command
     * @param devices what their ids begin with
     */
    RuleLedger(String bootstrapServers, int every, String devices) {
        this.every = every;
        this.devices = devices;
        Topics topics = new Topics("");
        telemetry = new TopicTail(bootstrapServers, topics.telemetry());
        commands = new TopicTail(bootstrapServers, topics.commands());
    }

    void read() {
        telemetry.news().forEach(this::expect);
        for (ConsumerRecord<byte[], byte[]> record : commands.news()) {
            CommandRequest command = CommandRequest.of(record);
            if (command.deviceId().value().startsWith(devices)) {
                said.put(command.commandId(), command);
            }
        }
    }

    /** A rule acts when its condition becomes true, not while it is. */
    private void expect(ConsumerRecord<byte[], byte[]> record) {
        String device = new String(record.key(), UTF_8);
        Matcher found = MESSAGE_ID.matcher(new String(record.value(), UTF_8));
        if (!device.startsWith(devices) || !found.find()) {
            return;
        }
        boolean marked = Headers.text(record.headers(), Headers.DUP).isPresent();
        if (!marked && !unmarked.add(device + " " + found.group(1))) {
            twiceUnmarked++;
        }
        boolean fires = Integer.parseInt(found.group(1)) % every == 0;
        if (taken.add(device + " " + found.group(1))) {
            boolean firedBefore = Boolean.TRUE.equals(fired.put(device, fires));
            if (fires && !firedBefore) {
                expected.merge(device + " TENTH " + found.group(1), 1L, Long::sum);
            }
        } else if (fires) {
            again.merge(device + " TENTH " + found.group(1), 1L, Long::sum);
        }
    }

    /** Records of a reading that is there already, without the header that says it was sent again. */
    long twiceUnmarked() {
        return twiceUnmarked;
    }

    /**
     * Each command once. A reading that stands there again is no news to a rule, if it comes soon; one that comes behind a late one that is
     * older looks like one of a board that has begun anew, and may be answered again.
     */
    void assertAllIsSaid() {
        Map<String, Long> counted = said.values().stream()
                .collect(Collectors.groupingBy(
                        command -> command.deviceId() + " " + new String(command.payload(), UTF_8),
                        Collectors.counting()));
        assertThat(counted.keySet()).as("what the rule said").isEqualTo(expected.keySet());
        counted.forEach((what, times) -> assertThat(times)
                .as(what)
                .isBetween(1L, expected.getOrDefault(what, 0L) + again.getOrDefault(what, 0L)));
    }

    /** Command ids and what they are about: device and payload. */
    Map<String, String> ids() {
        return said.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().deviceId() + " "
                                + new String(entry.getValue().payload(), UTF_8)));
    }

    @Override
    public void close() {
        telemetry.close();
        commands.close();
    }
}
