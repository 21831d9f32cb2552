package io.millrace.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code device-sessions} for what other gateways do: a device that was here and has opened a session there, or a
 * gateway that has taken this one's slot. Called by its reader's thread. Records of devices that are not here cost no parsing.
 */
public final class SessionNews {
    private final Sessions sessions;
    private final SessionLog own;
    private final Runnable slotTaken;

    /** @param slotTaken called when another gateway has started with this slot */
    public SessionNews(Sessions sessions, SessionLog own, Runnable slotTaken) {
        this.sessions = sessions;
        this.own = own;
        this.slotTaken = slotTaken;
    }

    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        byte[] value = record.value();
        if (value == null) {
            return;
        }
        String key = new String(record.key(), ISO_8859_1);
        if (SessionEvent.isGatewayKey(key)) {
            if (key.equals(SessionEvent.gatewayKey(own.slot()))
                    && record.offset() > own.incarnation()
                    && Json.read(value, SessionEvent.class) instanceof SessionEvent.GatewayStarted) {
                slotTaken.run();
            }
            return;
        }
        DeviceId device = new DeviceId(key);
        if (sessions.concerns(device)
                && Json.read(value, SessionEvent.class) instanceof SessionEvent.Opened opened
                && !isOurs(opened)) {
            sessions.openedElsewhere(device, record.offset());
        }
    }

    private boolean isOurs(SessionEvent.Opened opened) {
        return opened.slot() == own.slot() && opened.incarnation() == own.incarnation();
    }
}
