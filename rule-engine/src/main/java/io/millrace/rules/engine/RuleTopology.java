package io.millrace.rules.engine;

import io.millrace.schemas.Topics;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * One sub-topology: telemetry and registry, cut into the same partitions, into one processor with one store; sinks named as
 * their topics. Both are read from their beginning: decisions are a function of the log.
 */
final class RuleTopology {

    private RuleTopology() {}

    static Topology of(RuleProcessor.Surroundings around) {
        Topics topics = around.topics();
        String processor = "rules";
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        Topology topology = new Topology()
                .addSource(AutoOffsetReset.earliest(), "telemetry", bytes, bytes, topics.telemetry())
                .addSource(AutoOffsetReset.earliest(), "device-registry", bytes, bytes, topics.deviceRegistry())
                .addProcessor(processor, () -> new RuleProcessor(around), "telemetry", "device-registry")
                .addStateStore(new DeviceStoreBuilder(), processor);
        for (String sink :
                Set.of(topics.commands(), topics.alerts(), topics.telemetryRejected(), topics.rulesDryRun())) {
            sink(topology, sink, processor);
        }
        around.publishTopics().forEach(sink -> sink(topology, sink, processor));
        return topology;
    }

    private static void sink(Topology topology, String topic, String parent) {
        Serializer<byte[]> bytes = new ByteArraySerializer();
        var unused = topology.addSink(topic, topic, bytes, bytes, parent);
    }
}
