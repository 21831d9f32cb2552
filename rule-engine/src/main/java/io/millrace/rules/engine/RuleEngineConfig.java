package io.millrace.rules.engine;

import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the rule engine needs to know.
 *
 * @param rules a rule file or a directory of them; empty = only what other instances put in force
 * @param editable whether people may edit them over REST
 * @param settle how long files that another instance has replaced are not put back in force
 * @param applicationId consumer group and name of the changelog, without the topic prefix; another one starts from nothing
 * @param stateDir Streams' own files (nothing that is needed again); empty = a temporary directory
 * @param commitInterval how much is read again after a crash
 * @param unwrittenStates so many changed states may wait for a commit
 * @param clockSlack how far rule time stays behind the clock, for readings that are on their way
 * @param instanceId name of this instance: a restart within the session time-out takes its old place at once
 * @param publishTopics where rules may publish
 * @param deviceTime whether readings say themselves when they were taken; all instances must agree
 */
public record RuleEngineConfig(
        KafkaSettings kafka,
        Optional<Path> rules,
        boolean editable,
        Duration settle,
        String applicationId,
        Optional<Path> stateDir,
        int threads,
        Duration commitInterval,
        int unwrittenStates,
        Duration clockSlack,
        Optional<String> instanceId,
        Duration sessionTimeout,
        int standbyReplicas,
        List<String> publishTopics,
        DeviceTime deviceTime) {

    public RuleEngineConfig {
        publishTopics = List.copyOf(publishTopics);
    }

    private static Optional<Path> source(Settings settings) {
        Path path = settings.path("rules.path", Path.of("rules"), "Rule file, or directory of rule files; watched.");
        return settings.flag(
                        "rules.from-topic-only",
                        false,
                        "Look at no files: take the rules that others put in force on the topic rule-sets.")
                ? Optional.empty()
                : Optional.of(path);
    }

    public static RuleEngineConfig of(Settings settings) {
        return new RuleEngineConfig(
                KafkaSettings.of(settings),
                source(settings),
                settings.flag(
                        "rules.editable",
                        false,
                        "Let operators edit the rule files over REST: those in rules.path (of one engine alone, or of a directory that all share), or the set on the topic."),
                settings.duration(
                        "rules.settle",
                        Duration.ofMinutes(3),
                        "Files that another instance has replaced are not put back for that long: kubelets show a change at different times. 0: they always are."),
                settings.text(
                        "rules.application-id",
                        "millrace-rules",
                        "Consumer group and name of the changelog. Another one starts from nothing."),
                settings.optionalPath(
                        "rules.state-dir", "Scratch files of Kafka Streams; empty: a temporary directory."),
                settings.number(
                        "rules.threads", 1, 1, 256, "Threads that evaluate; at most one per partition is of use."),
                settings.duration(
                        "rules.commit-interval", Duration.ofMillis(500), "How much is read again after a crash."),
                settings.number(
                        "rules.unwritten-states",
                        2_048,
                        0,
                        1_000_000,
                        "So many changed states of devices may wait for the commit, which writes them in one go, some microseconds each; more are written as others change."),
                settings.duration(
                        "rules.clock-slack",
                        Duration.ofMillis(250),
                        "How far rule time stays behind the clock, for readings that are on their way."),
                settings.optionalText(
                        "rules.instance-id",
                        "Name of this instance, unique and lasting: a restart then takes its old place at once."),
                settings.duration(
                        "rules.session-timeout",
                        Duration.ofSeconds(15),
                        "After that long without a sign of life another instance takes over."),
                settings.number(
                        "rules.standby-replicas", 1, 0, 3, "Other instances that keep a copy of the state at hand."),
                settings.list("rules.publish-topics", List.of(), "Topics to which rules may publish."),
                deviceTime(settings));
    }

    private static DeviceTime deviceTime(Settings settings) {
        return new DeviceTime(
                settings.optionalText(
                                "rules.timestamp.field",
                                "Field of a reading that says when it was taken: seconds or milliseconds since 1970, or RFC 3339. Empty: when it was received.")
                        .orElse(""),
                settings.duration(
                        "rules.timestamp.max-future",
                        DeviceTime.NONE.maxFuture(),
                        "A time further ahead of the gateway's is not believed; the time of receipt is used, and it is counted."),
                settings.duration(
                        "rules.timestamp.max-backlog",
                        DeviceTime.NONE.maxBacklog(),
                        "A time further behind the gateway's is not believed either."));
    }
}
