import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints each alert once when it fires and once when it is over: java -cp 'standalone/target/app/lib/*' docs/examples/AlertLog.java */
public class AlertLog {
    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", args.length > 0 ? args[0] : "127.0.0.1:9092",
                "group.id", "alert-log",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", false);
        ObjectMapper json = new ObjectMapper();
        Map<String, String> seen = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("alerts"));
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    JsonNode alert = json.readTree(record.value());
                    String status = alert.path("status").asText();
                    // At least once, and firing is repeated: the fingerprint tells episodes apart.
                    if (!status.equals(seen.put(alert.path("fingerprint").asText(), status))) {
                        System.out.println(status + " " + record.key() + " since "
                                + alert.path("startsAt").asText() + ": "
                                + alert.path("annotations").path("summary").asText());
                    }
                }
                consumer.commitSync(); // after the work is done: what was not committed comes again
            }
        }
    }
}
