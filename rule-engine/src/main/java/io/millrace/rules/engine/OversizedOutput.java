package io.millrace.rules.engine;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that Kafka takes on no account, because it is too large, is left out, counted and told: read again it would be as large,
 * and its partition would stand still for ever. All other failures end the task, which begins anew. Made by Kafka Streams, of its
 * threads.
 */
public final class OversizedOutput extends DefaultProductionExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(OversizedOutput.class);

    /** Under which the settings of Streams hold the {@link Runnable} that counts. */
    static final String COUNT = "millrace.oversized-output";

    private Runnable count = () -> {};

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        if (configs.get(COUNT) instanceof Runnable given) {
            count = given;
        }
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception error) {
        if (!(error instanceof RecordTooLargeException)) {
            return super.handleError(context, record, error);
        }
        count.run();
        log.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("bytes", record.value() == null ? 0 : record.value().length)
                .addKeyValue("source", context.topic() + "/" + context.partition() + "/" + context.offset())
                .addKeyValue("reason", error.getMessage())
                .log("record too large for Kafka, left out");
        return Response.resume();
    }
}
