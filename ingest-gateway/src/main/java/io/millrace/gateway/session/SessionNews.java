package io.millrace.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code device-sessions} for what other gateways do: a device that was here and has opened a session there, or a
 * gateway that has taken this one's slot; and for takeovers anywhere, which tell of two boards with one identity. Called by its reader's thread. Most records are of no concern, this gateway's own
 * among them; those are told without parsing.
 */
public final class SessionNews {
    private static final byte[] OPENED = "\"opened\"".getBytes(ISO_8859_1);
    private static final byte[] TAKEN_OVER =
            ("\"" + SessionEvent.CloseReason.TAKEN_OVER.text() + "\"").getBytes(ISO_8859_1);

    private final Sessions sessions;
    private final DuplicateIdentities identities;
    private final int slot;
    private final String gatewayKey;
    private final LongSupplier incarnation;
    private final Runnable slotTaken;

    /**
     * @param slot of this gateway
     * @param incarnation of this gateway
     * @param slotTaken called when another gateway has started with this slot
     */
    public SessionNews(
            Sessions sessions, DuplicateIdentities identities, int slot, LongSupplier incarnation, Runnable slotTaken) {
        this.sessions = sessions;
        this.identities = identities;
        this.slot = slot;
        this.gatewayKey = SessionEvent.gatewayKey(slot);
        this.incarnation = incarnation;
        this.slotTaken = slotTaken;
    }

    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        byte[] value = record.value();
        if (value == null) {
            return;
        }
        String key = new String(record.key(), ISO_8859_1);
        if (!SessionEvent.isGatewayKey(key)) {
            ofDevice(new DeviceId(key), record.offset(), value);
        } else if (key.equals(gatewayKey)
                && record.offset() > incarnation.getAsLong()
                && Json.read(value, SessionEvent.class) instanceof SessionEvent.GatewayStarted) {
            slotTaken.run();
        }
    }

    private void ofDevice(DeviceId device, long offset, byte[] value) {
        boolean waits = sessions.waitsForNews(device, offset);
        if ((waits || identities.watches(device))
                && contains(value, OPENED)
                && Json.read(value, SessionEvent.class) instanceof SessionEvent.Opened opened) {
            identities.opened(device, opened.address());
            if (waits && !isOurs(opened)) {
                sessions.openedElsewhere(device, offset, opened.cleanStart());
            }
        } else if (contains(value, TAKEN_OVER)
                && Json.read(value, SessionEvent.class) instanceof SessionEvent.Closed closed
                && closed.reason() == SessionEvent.CloseReason.TAKEN_OVER) {
            identities.takenOver(device, isOurs(closed));
        }
    }

    private boolean isOurs(SessionEvent.OfDevice event) {
        return event.slot() == slot && event.incarnation() == incarnation.getAsLong();
    }

    /** A record without the word cannot be the event; one with it is parsed. */
    private static boolean contains(byte[] text, byte[] word) {
        for (int start = 0; start <= text.length - word.length; start++) {
            int i = 0;
            while (i < word.length && text[start + i] == word[i]) {
                i++;
            }
            if (i == word.length) {
                return true;
            }
        }
        return false;
    }
}
