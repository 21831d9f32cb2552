package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real Kafka for tests: in a container where an engine runs, so that the released broker is met, else the embedded one. Which it
 * is, is printed once for each JVM; {@code -Dmillrace.test.kafka=container} or {@code embedded} decides it. Tests that stop their
 * broker and start it again on the same port use {@link EmbeddedKafka} whatever this says.
 */
public final class TestKafka implements AutoCloseable {
    static final String PROPERTY = "millrace.test.kafka";
    /** The version of our clients and of the embedded broker: a test of the pom holds them together. */
    static final String IMAGE = "apache/kafka:4.3.1";

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final String bootstrapServers;
    private final Runnable stop;

    private TestKafka(String bootstrapServers, Runnable stop) {
        this.bootstrapServers = bootstrapServers;
        this.stop = stop;
    }

    /**
     * @param data for the embedded one
     * @throws IllegalStateException if a container is demanded and there is no engine
     */
    public static TestKafka start(Path data) throws IOException {
        Optional<String> wish = Optional.ofNullable(System.getProperty(PROPERTY));
        Choice choice = choose(
                wish, () -> ContainerEngine.find(System.getenv(), Path.of(System.getProperty("user.home", "/"))));
        if (!choice.container()) {
            tell("embedded (" + choice.why() + ")");
            return embedded(data);
        }
        try {
            TestKafka kafka = container();
            tell("container " + IMAGE + " (" + choice.why() + ")");
            return kafka;
        } catch (RuntimeException e) {
            // Of Testcontainers' own kinds, of its Docker client's, or of Awaitility in its shaded form.
            if (wish.isPresent()) {
                throw e;
            }
            // Such as an engine without a way to the image: nobody asked for a container.
            tell("embedded (" + choice.why() + ", but " + IMAGE + " does not start: " + e.getMessage() + ")");
            return embedded(data);
        }
    }

    /** What is to be started, and why, for a person. */
    record Choice(boolean container, String why) {}

    /** @param engine asked only where it matters */
    static Choice choose(Optional<String> wish, Supplier<ContainerEngine> engine) {
        switch (wish.orElse("").toLowerCase(Locale.ROOT)) {
            case "embedded":
                return new Choice(false, "-D" + PROPERTY + "=embedded");
            case "container":
                ContainerEngine demanded = engine.get();
                if (demanded.address().isEmpty()) {
                    throw new IllegalStateException(
                            "-D" + PROPERTY + "=container, but no container engine answers: " + demanded.looked());
                }
                return new Choice(true, "-D" + PROPERTY + "=container, engine at " + demanded.looked());
            case "":
                ContainerEngine found = engine.get();
                return found.address().isPresent()
                        ? new Choice(true, "engine at " + found.looked())
                        : new Choice(false, "no container engine: " + found.looked());
            default:
                throw new IllegalStateException(
                        "-D" + PROPERTY + "=" + wish.orElse("") + " (expected container or embedded)");
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        stop.run();
    }

    private static TestKafka embedded(Path data) throws IOException {
        EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
        return new TestKafka(kafka.bootstrapServers(), kafka::close);
    }

    /** With the settings of the embedded one that clients notice. */
    private static TestKafka container() {
        KafkaContainer container = new KafkaContainer(DockerImageName.parse(IMAGE));
        Map<String, String> settings = Map.of(
                "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0",
                "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4",
                "KAFKA_MESSAGE_MAX_BYTES", "2097152");
        settings.forEach((name, value) -> {
            var unused = container.withEnv(name, value);
        });
        container.start();
        return new TestKafka(container.getBootstrapServers(), container::stop);
    }

    private static void tell(String what) {
        if (!TOLD.getAndSet(true)) {
            System.out.println("Kafka of the tests: " + what);
        }
    }
}
