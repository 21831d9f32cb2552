import io.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;

/** A Kafka broker in a process of its own, for benchmarks; ends with its standard input. Arguments: directory and port. */
class Broker {
    public static void main(String[] arguments) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready " + kafka.bootstrapServers());
            while (System.in.read() >= 0) {}
        }
    }
}
