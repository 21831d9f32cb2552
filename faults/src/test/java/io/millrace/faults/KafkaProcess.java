package io.millrace.faults;

import io.millrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;

/** A broker in a process of its own, that can be killed like one. It ends with its standard input, so that it does not outlive the test. */
final class KafkaProcess {
    private KafkaProcess() {}

    /** @param arguments directory and port */
    public static void main(String[] arguments) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready " + kafka.bootstrapServers());
            while (System.in.read() >= 0) {}
        }
    }
}
