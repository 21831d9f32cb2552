package io.millrace.schemas;

import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record of {@code enrolment-refusals}: an {@link Enrolment} is not followed, since the device lives under that id without being
 * registered. Where it is registered the registry says so itself.
 *
 * @param slot of the gateway that wished it
 */
public record EnrolmentRefusal(DeviceId deviceId, int slot, Instant at) {
    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        return new ProducerRecord<>(topics.enrolmentRefusals(), deviceId.key(), Json.write(this));
    }
}
