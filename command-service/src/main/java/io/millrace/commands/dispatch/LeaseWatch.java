package io.millrace.commands.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.store.GatewayStore.Silent;
import io.millrace.schemas.SessionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a gateway that is silent from one whose heartbeats have not been read yet (after an outage of the database they wait in
 * Kafka by the minute). Its lease is over for certain when, after it ran out by what had been read, everything written until
 * then has been read too and it still is over. While Kafka does not answer, and shortly after, no silence is believed. Called
 * by the sweeper's thread; blocks.
 */
public final class LeaseWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);

    private final GroupProgress sessions;
    private final Silence silence = new Silence();
    /** What must have been read before the silence of an incarnation is believed, since the first look at it. */
    private final Map<Silent, Map<TopicPartition, Long>> suspected = new HashMap<>();

    /** @param sessions of those who read device-sessions; closed with this */
    public LeaseWatch(GroupProgress sessions) {
        this.sessions = sessions;
    }

    /** Those whose lease is over for certain; nobody's while Kafka does not answer. */
    public List<Silent> certain(List<Silent> silent, Instant now) {
        suspected.keySet().retainAll(silent);
        if (silent.isEmpty()) {
            return List.of();
        }
        try {
            List<Silent> certain = look(silent);
            if (silence.speaks(now)) {
                return certain;
            }
        } catch (KafkaException e) {
            silence.kafkaAway();
            log.atWarn().addKeyValue("reason", e.toString()).log("cannot tell which gateways are silent");
        }
        // What was written meanwhile must have been read as well.
        suspected.clear();
        return List.of();
    }

    private List<Silent> look(List<Silent> silent) {
        List<Silent> certain = new ArrayList<>();
        for (Silent gateway : silent) {
            Map<TopicPartition, Long> mustBeRead = suspected.get(gateway);
            if (mustBeRead == null) {
                suspected.put(gateway, sessions.ends(List.of(partitionOf(gateway.slot()))));
            } else if (sessions.hasRead(mustBeRead)) {
                certain.add(gateway);
            }
        }
        return certain;
    }

    /** As the default partitioner of Kafka's clients has it. */
    private TopicPartition partitionOf(int slot) {
        byte[] key = SessionEvent.gatewayKey(slot).getBytes(UTF_8);
        List<TopicPartition> all = sessions.partitions();
        return all.get(Utils.toPositive(Utils.murmur2(key)) % all.size());
    }

    @Override
    public void close() {
        sessions.close();
    }
}
