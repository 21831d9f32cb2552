package io.millrace.simulator;

import io.millrace.simulator.payload.JsonBytes;
import io.millrace.simulator.payload.Payload;
import java.util.random.RandomGenerator;

/** Writes readings: first who speaks and which of its messages it is, then, as the seed firmware does, the board, then what was asked for. One for each event loop. */
final class ReadingPayload {
    private final JsonBytes json = new JsonBytes();

    ReadingPayload begin(int messageId, String deviceId) {
        json.clear();
        json.ascii("{\"messageId\":");
        json.integer(messageId);
        json.ascii(",\"deviceId\":\"");
        json.ascii(deviceId);
        json.ascii("\"");
        return this;
    }

    /** `temperature` is in hundredths. */
    ReadingPayload board(int temperature, boolean led, boolean fan) {
        json.ascii(",\"temperature\":");
        json.hundredths(temperature);
        json.ascii(led ? ",\"ledState\":true" : ",\"ledState\":false");
        json.ascii(fan ? ",\"fanState\":true" : ",\"fanState\":false");
        return this;
    }

    ReadingPayload fields(Payload payload, double[] state, double seconds, RandomGenerator random) {
        payload.write(json, state, seconds, random);
        return this;
    }

    byte[] end() {
        json.ascii("}");
        return json.copy();
    }
}
