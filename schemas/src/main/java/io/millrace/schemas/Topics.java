package io.millrace.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The Kafka topics by name. Topics that are keyed by device id share one partition count, so that one instance sees all that
 * concerns a device, in order; {@code command-dispatch} has a partition for each gateway slot.
 *
 * @param prefix put before every name, empty by default
 */
public record Topics(String prefix) {
    public Topics {
        if (!prefix.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException(
                    "topic prefix \"" + prefix + "\" (expected at most 100 of letters, digits and . _ -)");
        }
    }

    /** A device's readings, bytes as sent; key device id. */
    public String telemetry() {
        return prefix + "telemetry";
    }

    /** Telemetry that could not be taken, bytes as sent, the reason in headers; key device id. */
    public String telemetryRejected() {
        return prefix + "telemetry-rejected";
    }

    /** Reported state, bytes as sent; key device id. */
    public String deviceState() {
        return prefix + "device-state";
    }

    /** {@link SessionEvent}; key device id, or {@code gateway/{slot}}. */
    public String deviceSessions() {
        return prefix + "device-sessions";
    }

    /** {@link DeviceDiagnostic}; key device id. */
    public String deviceDiagnostics() {
        return prefix + "device-diagnostics";
    }

    /** {@link SessionState}; key device id; compacted. */
    public String deviceSessionState() {
        return prefix + "device-session-state";
    }

    /** {@link DeviceRecord}; key device id; compacted. */
    public String deviceRegistry() {
        return prefix + "device-registry";
    }

    /** {@link Enrolment}; key device id. */
    public String deviceEnrolments() {
        return prefix + "device-enrolments";
    }

    /** {@link EnrolmentRefusal}; key device id; one partition. */
    public String enrolmentRefusals() {
        return prefix + "enrolment-refusals";
    }

    /** {@link AccessKeyRecord}; key key id; compacted. */
    public String accessKeys() {
        return prefix + "access-keys";
    }

    /** {@link CommandRequest}; key device id. */
    public String commands() {
        return prefix + "commands";
    }

    /** {@link Dispatch}; key device id, partition = gateway slot. */
    public String commandDispatch() {
        return prefix + "command-dispatch";
    }

    /** {@link CommandEvent}; key device id. */
    public String commandEvents() {
        return prefix + "command-events";
    }

    /** {@link AlertEvent}; key {@code alertname/instance}. */
    public String alerts() {
        return prefix + "alerts";
    }

    /** {@link RuleSetRecord}; one key; compacted. */
    public String ruleSets() {
        return prefix + "rule-sets";
    }

    /** {@link RuleControl}; key group/rule; one partition. A record's time is that of its broker, not of whoever wrote it. */
    public String ruleControls() {
        return prefix + "rule-controls";
    }

    /**
     * What rules under {@code dry_run} would have written, as they would have written it; key device id. The header
     * {@code topic} says where.
     */
    public String rulesDryRun() {
        return prefix + "rules-dry-run";
    }

    /**
     * All topics as they are to be created.
     *
     * @param partitions of every topic that is keyed by device id
     * @param slots the most gateways that can run at once
     * @param retention of readings, commands, events and alerts
     */
    public List<NewTopic> all(int partitions, int slots, short replication, Duration retention) {
        Map<String, String> byTime = Map.of(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        Map<String, String> compacted = Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        Map<String, String> ruleFiles = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(RuleSetRecord.MAX_BYTES));
        // Of two records of a device the last is not always the one that counts; who wrote that one has so
        // long to write it again.
        Map<String, String> compactedLater = Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
                Long.toString(Duration.ofHours(1).toMillis()));
        Map<String, String> shortLived = Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(Duration.ofHours(1).toMillis()));
        Map<String, String> words = Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(RuleControl.LONGEST_MUTE.plusDays(1).toMillis()),
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime");
        return List.of(
                new NewTopic(telemetry(), partitions, replication).configs(byTime),
                new NewTopic(telemetryRejected(), partitions, replication).configs(byTime),
                new NewTopic(deviceState(), partitions, replication).configs(byTime),
                new NewTopic(deviceSessions(), partitions, replication).configs(compacted),
                new NewTopic(deviceDiagnostics(), partitions, replication).configs(byTime),
                new NewTopic(deviceSessionState(), partitions, replication).configs(compactedLater),
                new NewTopic(deviceRegistry(), partitions, replication).configs(compacted),
                new NewTopic(deviceEnrolments(), partitions, replication).configs(shortLived),
                new NewTopic(enrolmentRefusals(), 1, replication).configs(shortLived),
                new NewTopic(accessKeys(), 1, replication).configs(compacted),
                new NewTopic(commands(), partitions, replication).configs(byTime),
                new NewTopic(commandDispatch(), slots, replication).configs(shortLived),
                new NewTopic(commandEvents(), partitions, replication).configs(byTime),
                new NewTopic(alerts(), partitions, replication).configs(byTime),
                new NewTopic(rulesDryRun(), partitions, replication).configs(byTime),
                new NewTopic(ruleSets(), 1, replication).configs(ruleFiles),
                new NewTopic(ruleControls(), 1, replication).configs(words));
    }
}
