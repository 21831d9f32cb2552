package io.millrace.runtime.kafka;

import io.millrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A real Kafka for tests: a container where an engine runs, so that the released broker is met, else the embedded one. */
record TestKafka(String bootstrapServers, Runnable stop) implements AutoCloseable {
    private static final DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.3.1");

    static TestKafka start(Path data) throws IOException {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            KafkaContainer container = new KafkaContainer(IMAGE);
            container.start();
            return new TestKafka(container.getBootstrapServers(), container::stop);
        }
        EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
        return new TestKafka(kafka.bootstrapServers(), kafka::close);
    }

    @Override
    public void close() {
        stop.run();
    }
}
