package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a person has said about a rule at work, on {@code rule-controls}: all rule engines read it there. It holds from the record's
 * time and {@link #LEAD} on, in rule time, so every partition takes it up at the same place of its log, however often that is read.
 *
 * @param lasting of a mute: how long it holds, unless {@code until} says when it ends
 * @param by who said it
 * @param reason why, in the words of that person; may be empty
 */
public record RuleControl(
        String group,
        String rule,
        Kind kind,
        Optional<Instant> until,
        Optional<Duration> lasting,
        String by,
        String reason) {

    /** Enough for the word to be with every engine before it holds. */
    public static final Duration LEAD = Duration.ofSeconds(2);

    public static final Duration DEFAULT_MUTE = Duration.ofHours(1);
    /** Nothing is muted for ever by accident; the topic keeps words for a day longer than that. */
    public static final Duration LONGEST_MUTE = Duration.ofDays(30);

    public static final int MAX_NAME = 256;
    public static final int MAX_REASON = 500;

    /** What is to become of the rule. */
    public enum Kind {
        @JsonProperty("mute")
        MUTE,
        @JsonProperty("unmute")
        UNMUTE,
        /** It may act again although it acted on too many devices. */
        @JsonProperty("release")
        RELEASE
    }

    public RuleControl {
        until = until == null ? Optional.empty() : until;
        lasting = lasting == null ? Optional.empty() : lasting;
        reason = reason == null ? "" : reason;
        check(group, "group", MAX_NAME);
        check(rule, "rule", MAX_NAME);
        check(by, "by", MAX_NAME);
        if (kind == null) {
            throw new IllegalArgumentException("kind: missing (expected mute, unmute or release)");
        }
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException(
                    "reason: " + reason.length() + " characters (expected at most " + MAX_REASON + ")");
        }
        if ((kind == Kind.MUTE) != (until.isPresent() != lasting.isPresent())
                || kind != Kind.MUTE && until.isPresent()) {
            throw new IllegalArgumentException("a mute says either until or lasting, nothing else does");
        }
        if (lasting.isPresent()
                && (lasting.get().isNegative()
                        || lasting.get().isZero()
                        || lasting.get().compareTo(LONGEST_MUTE) > 0)) {
            throw new IllegalArgumentException(
                    "lasting: " + lasting.get() + " (expected at most " + LONGEST_MUTE.toDays() + " days)");
        }
    }

    private static void check(String text, String field, int most) {
        if (text == null || text.isBlank() || text.length() > most) {
            throw new IllegalArgumentException(
                    field + ": \"" + text + "\" (expected 1 to " + most + " characters, not all of them blank)");
        }
    }

    public static RuleControl mute(String group, String rule, Duration lasting, String by, String reason) {
        return new RuleControl(group, rule, Kind.MUTE, Optional.empty(), Optional.of(lasting), by, reason);
    }

    public static RuleControl muteUntil(String group, String rule, Instant until, String by, String reason) {
        return new RuleControl(group, rule, Kind.MUTE, Optional.of(until), Optional.empty(), by, reason);
    }

    public static RuleControl unmute(String group, String rule, String by, String reason) {
        return new RuleControl(group, rule, Kind.UNMUTE, Optional.empty(), Optional.empty(), by, reason);
    }

    public static RuleControl release(String group, String rule, String by, String reason) {
        return new RuleControl(group, rule, Kind.RELEASE, Optional.empty(), Optional.empty(), by, reason);
    }

    /** When a mute that holds from then on ends. */
    public Instant end(Instant from) {
        Instant latest = from.plus(LONGEST_MUTE);
        Instant said = until.orElseGet(() -> from.plus(lasting.orElse(Duration.ZERO)));
        return said.isBefore(latest) ? said : latest;
    }

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        return new ProducerRecord<>(topics.ruleControls(), (group + "/" + rule).getBytes(UTF_8), Json.write(this));
    }
}
