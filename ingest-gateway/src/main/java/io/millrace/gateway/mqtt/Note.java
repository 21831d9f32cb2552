package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.Headers;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.mqtt.MqttEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What an acknowledgement of MQTT 5 says beside its code: why a message was refused, or which command it became. Short, for an
 * ESP32 gives up on a packet that does not fit its buffer. Pure.
 */
final class Note {
    private static final int LONGEST = 100;
    /** In bytes: every packet with a note is smaller. */
    static final int FITS = 200;

    private static final byte REASON_STRING = MqttProperties.REASON_STRING;
    private static final byte USER_PROPERTY = MqttProperties.USER_PROPERTY;

    private Note() {}

    /** Whether the client wants to know [MQTT-3.1.2-29], and takes a packet with a note in it [MQTT-3.4.2-2]. */
    static boolean isWelcome(MqttEndpoint endpoint) {
        return Connack.clientMaxPacketSize(endpoint) >= FITS && isAsked(endpoint);
    }

    private static boolean isAsked(MqttEndpoint endpoint) {
        return !(endpoint.connectProperties().getProperty(MqttProperties.REQUEST_PROBLEM_INFORMATION)
                        instanceof IntegerProperty wish)
                || wish.value() != 0;
    }

    /**
     * The properties with their length before them; null if it is too long.
     *
     * @param reasonCode 0 if the note is a command's id
     */
    static byte @Nullable [] properties(int reasonCode, String note) {
        byte[] text = note.getBytes(UTF_8);
        if (text.length > LONGEST) {
            return null;
        }
        return reasonCode == 0
                ? join(USER_PROPERTY, Headers.COMMAND_ID.getBytes(UTF_8), text)
                : join(REASON_STRING, text);
    }

    private static byte[] join(byte property, byte[]... texts) {
        int length = 1;
        for (byte[] text : texts) {
            length += 2 + text.length;
        }
        byte[] all = new byte[1 + length];
        all[0] = (byte) length;
        all[1] = property;
        int at = 2;
        for (byte[] text : texts) {
            // Shorter than 256.
            all[at + 1] = (byte) text.length;
            System.arraycopy(text, 0, all, at + 2, text.length);
            at += 2 + text.length;
        }
        return all;
    }
}
