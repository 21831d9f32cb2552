package io.millrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One KRaft broker with its controller in this JVM, alone or one of several. Its data stay in the directory; a second start on the same directory
 * resumes. Start and stop on the caller's thread.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    /** All brokers of a cluster must be told the same. */
    private static final Uuid ONE_OF_SEVERAL = new Uuid(0x6d696c6c72616365L, 1);

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * @param data kept; made if it is not there
     * @param port of the client listener; 0 takes any free one
     * @throws PortInUseException if the port is taken
     * @throws IOException if the directory cannot be used
     */
    public static EmbeddedKafka start(Path data, int port) throws IOException {
        return start(data, port, Map.of());
    }

    /** As the other one, with more of a broker's settings, or others: for tests. */
    public static EmbeddedKafka start(Path data, int port, Map<String, String> more) throws IOException {
        int clientPort = port == 0 ? FreePort.find() : free(port);
        KafkaNode alone = new KafkaNode(1, clientPort, FreePort.find());
        return start(data, alone, List.of(alone), Uuid.randomUuid(), more);
    }

    /**
     * One of several brokers, each in a process of its own: what is written is acknowledged when all but one have it. Returns when most of
     * them run.
     *
     * @param nodes all of them, the same for each
     * @param id of this one
     * @param data as above, of this one
     */
    public static EmbeddedKafka startOneOf(List<KafkaNode> nodes, int id, Path data) throws IOException {
        KafkaNode self =
                nodes.stream().filter(node -> node.id() == id).findFirst().orElseThrow();
        return start(data, self, nodes, ONE_OF_SEVERAL, Map.of());
    }

    private static EmbeddedKafka start(
            Path data, KafkaNode self, List<KafkaNode> nodes, Uuid clusterId, Map<String, String> more)
            throws IOException {
        Files.createDirectories(data);
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(data, self.id(), clusterId);
        }
        Properties config = config(data, self, nodes);
        config.putAll(more);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(config), Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, self.port());
    }

    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Stops in order, so that the next start has nothing to recover; a few seconds. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** A single node needs no copies and no waiting; segments are small, for a laptop's disk. */
    private static Properties config(Path data, KafkaNode self, List<KafkaNode> nodes) {
        int clientPort = self.port();
        int controllerPort = self.controllerPort();
        String copies = Integer.toString(nodes.size());
        String enough = Integer.toString(Math.max(1, nodes.size() - 1));
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(self.id()));
        p.put(
                "controller.quorum.voters",
                nodes.stream()
                        .map(node -> node.id() + "@" + HOST + ":" + node.controllerPort())
                        .collect(Collectors.joining(",")));
        p.put("listeners", "PLAINTEXT://" + HOST + ":" + clientPort + ",CONTROLLER://" + HOST + ":" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + clientPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", data.toString());
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "2");
        p.put("num.recovery.threads.per.data.dir", "2");
        p.put("background.threads", "2");
        p.put("log.cleaner.dedupe.buffer.size", "4194304");
        p.put("min.insync.replicas", enough);
        p.put("offsets.topic.replication.factor", copies);
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", copies);
        p.put("transaction.state.log.min.isr", enough);
        p.put("transaction.state.log.num.partitions", "4");
        p.put("share.coordinator.state.topic.replication.factor", copies);
        p.put("share.coordinator.state.topic.min.isr", enough);
        p.put("share.coordinator.state.topic.num.partitions", "4");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("auto.create.topics.enable", "false");
        p.put("log.segment.bytes", "67108864");
        p.put("log.segment.delete.delay.ms", "1000");
        p.put("message.max.bytes", "2097152");
        return p;
    }

    private static void format(Path data, int nodeId, Uuid clusterId) throws IOException {
        Formatter formatter = new Formatter();
        formatter.setClusterId(clusterId.toString());
        formatter.setNodeId(nodeId);
        formatter.setControllerListenerName("CONTROLLER");
        formatter.setMetadataLogDirectory(data.toString());
        formatter.addDirectory(data.toString());
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IOException("cannot format " + data + " for Kafka", e);
        }
    }

    private static int free(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (java.net.BindException e) {
            throw new PortInUseException(wanted, e);
        }
    }
}
