package io.millrace.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the rule {@code tenth} has to say to the readings that Kafka has, against what the rule engines have said. The test's thread. */
final class RuleLedger implements AutoCloseable {
    private static final Pattern MESSAGE_ID = Pattern.compile("\"messageId\":(\\d+)");
    private static final int EVERY = 10;

    private final String devices;
    private final TopicTail telemetry;
    private final TopicTail commands;
    private final Map<String, Boolean> fired = new HashMap<>();
    /** device and payload, and how many commands of that kind there have to be. */
    private final Map<String, Long> expected = new HashMap<>();

    private final Map<String, CommandRequest> said = new HashMap<>();

    /** @param devices what their ids begin with */
    RuleLedger(String bootstrapServers, String devices) {
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
        if (device.startsWith(devices) && found.find()) {
            boolean fires = Integer.parseInt(found.group(1)) % EVERY == 0;
            boolean firedBefore = Boolean.TRUE.equals(fired.put(device, fires));
            if (fires && !firedBefore) {
                expected.merge(device + " TENTH " + found.group(1), 1L, Long::sum);
            }
        }
    }

    Map<String, Long> expected() {
        return Map.copyOf(expected);
    }

    /** Records of one id are one command. */
    Map<String, Long> said() {
        return said.values().stream()
                .collect(Collectors.groupingBy(
                        command -> command.deviceId() + " " + new String(command.payload(), UTF_8),
                        Collectors.counting()));
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
