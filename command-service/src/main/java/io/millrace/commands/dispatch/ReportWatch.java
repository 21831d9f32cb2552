package io.millrace.commands.dispatch;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a command of which no gateway has reported anything from one whose report has not been read yet: sending the latter again would
 * only add to the load that keeps the reports waiting. While Kafka does not answer, and shortly after, nothing is known. Called by the
 * sweeper's thread; blocks.
 */
public final class ReportWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReportWatch.class);

    private final GroupProgress reports;
    private final Silence silence = new Silence();
    private @Nullable Mark mark;

    /** @param reports of those who read command-events; closed with this */
    public ReportWatch(GroupProgress reports) {
        this.reports = reports;
    }

    /** Where the reports ended at that time. */
    private record Mark(Instant at, Map<TopicPartition, Long> ends) {}

    /**
     * A time before which all reports have been read: that of an earlier call, as soon as it is known of it. Empty until then.
     */
    public Optional<Instant> readUntil(Instant now) {
        try {
            Mark last = mark;
            boolean read = last != null && reports.hasRead(last.ends());
            if (last == null || read) {
                mark = new Mark(now, reports.ends(reports.partitions()));
            }
            if (silence.speaks(now)) {
                return last != null && read ? Optional.of(last.at()) : Optional.empty();
            }
        } catch (KafkaException e) {
            silence.kafkaAway();
            log.atWarn().addKeyValue("reason", e.toString()).log("cannot tell which reports have been read");
        }
        mark = null;
        return Optional.empty();
    }

    /** Nothing is overdue: what was noted would only grow old. */
    public void forget() {
        mark = null;
    }

    @Override
    public void close() {
        reports.close();
    }
}
