package io.millrace.gateway.telemetry;

import io.millrace.schemas.DeviceId;

/**
 * The device that a message comes from.
 *
 * @param key of its records, = its id
 */
public record Source(DeviceId id, byte[] key) {
    public Source(DeviceId id) {
        this(id, id.key());
    }
}
