package io.millrace.faults;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.KafkaNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker in a process of its own, that can be killed like one. It ends with its standard input, so that it does not outlive the test. */
final class KafkaProcess {
    private KafkaProcess() {}

    /** @param arguments directory, which broker it is (from 1), and the port of each broker with that of its controller */
    public static void main(String[] arguments) throws IOException {
        List<KafkaNode> nodes = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            String[] ports = arguments[i].split(":", -1);
            nodes.add(new KafkaNode(i - 1, Integer.parseInt(ports[0]), Integer.parseInt(ports[1])));
        }
        try (EmbeddedKafka kafka =
                EmbeddedKafka.startOneOf(nodes, Integer.parseInt(arguments[1]), Path.of(arguments[0]))) {
            System.out.println("ready " + kafka.bootstrapServers());
            while (System.in.read() >= 0) {}
        }
    }
}
