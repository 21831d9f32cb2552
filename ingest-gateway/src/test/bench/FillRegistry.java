import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.SecretDigest;
import io.millrace.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Registers devices esp32-000000, esp32-000001, … with the secrets secret-esp32-000000, … straight in Kafka, for benchmarks of
 * a gateway without a command service. The gateway must have made the topics before. After a build by ./millrace:
 * {@code java -cp "standalone/target/app/lib/*" ingest-gateway/src/test/bench/FillRegistry.java 127.0.0.1:19092 20000}
 */
class FillRegistry {
    public static void main(String[] arguments) {
        int devices = Integer.parseInt(arguments[1]);
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "linger.ms", 50);
        String topic = new Topics("").deviceRegistry();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < devices; i++) {
                String id = "esp32-%06d".formatted(i);
                DeviceRecord device = new DeviceRecord(
                        new DeviceId(id),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        Optional.empty(),
                        List.of(SecretDigest.of("secret-" + id)),
                        true,
                        1,
                        Instant.now());
                producer.send(new ProducerRecord<>(topic, device.id().key(), Json.write(device)));
            }
        }
        System.out.println(devices + " devices registered");
    }
}
