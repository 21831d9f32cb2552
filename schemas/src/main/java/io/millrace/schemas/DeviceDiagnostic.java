package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A record of {@code device-diagnostics}: what is wrong with a device, as a gateway saw it. Trouble is summed up before it is
 * written, so a device in trouble makes one record every few seconds, and a healthy one none.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DeviceDiagnostic.Noticed.class, name = "noticed"),
    @JsonSubTypes.Type(value = DeviceDiagnostic.ConnectRefused.class, name = "connect-refused"),
    @JsonSubTypes.Type(value = DeviceDiagnostic.DuplicateIdentity.class, name = "duplicate-identity")
})
public sealed interface DeviceDiagnostic {
    DeviceId deviceId();

    /** Of the gateway that saw it. */
    int slot();

    Instant at();

    /**
     * Signs of trouble while the device was connected. How each session ended is on {@code device-sessions}.
     *
     * @param from when the first of them was seen
     * @param at when they were written down
     * @param findings one for each sign
     */
    record Noticed(DeviceId deviceId, int slot, Instant from, Instant at, List<Finding> findings)
            implements DeviceDiagnostic {
        public Noticed {
            findings = List.copyOf(findings);
        }
    }

    /**
     * @param count how often since {@link Noticed#from}
     * @param detail of the last one, for a person
     */
    record Finding(Sign sign, long count, Optional<String> detail) {}

    /**
     * The device was not let in. Only for ids that the registry knows: anybody can make up others.
     *
     * @param reason as the metric {@code gateway.connects} has it
     * @param address from where the last attempt came
     */
    record ConnectRefused(
            DeviceId deviceId, int slot, Instant from, Instant at, String reason, long count, Optional<String> address)
            implements DeviceDiagnostic {}

    /**
     * Two boards seem to have this identity: they take each other's session over, again and again.
     *
     * @param takeovers that many, within {@code withinMillis}
     * @param addresses from where it connected; a single one can be one board with a bad link, too
     */
    record DuplicateIdentity(
            DeviceId deviceId, int slot, Instant at, int takeovers, long withinMillis, List<String> addresses)
            implements DeviceDiagnostic {
        public DuplicateIdentity {
            addresses = List.copyOf(addresses);
        }
    }

    /** What can be wrong; {@code docs/diagnostics.md} says of each what to do. */
    enum Sign {
        /** Not JSON, or cut off. */
        NOT_JSON,
        /** JSON, but neither an object nor an array of objects. */
        NOT_OBJECT,
        /** A message above the largest size. */
        TOO_LARGE,
        /** It published or subscribed outside {@code devices/{its id}/}. */
        FOREIGN_TOPIC,
        /** It sent faster than its rate limit, and was read more slowly. */
        RATE_LIMITED,
        /** It sent a message again that was still in flight. */
        DUPLICATE,
        /** A newer connection of the same identity ended its session. */
        TAKEN_OVER,
        KEEP_ALIVE_TIMEOUT,
        /** It broke the protocol, and its connection was closed. */
        PROTOCOL_ERROR,
        /** Its TLS handshake failed, where that tells who it is: a pre-shared key, a client certificate. */
        HANDSHAKE_FAILED,
        /** Its configuration is larger than the packets that it takes, and was not sent. */
        CONFIG_TOO_LARGE,
        /** Written by a newer version. */
        UNKNOWN;

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @JsonCreator
        static Sign of(String text) {
            for (Sign sign : values()) {
                if (sign.text().equals(text)) {
                    return sign;
                }
            }
            return UNKNOWN;
        }
    }
}
