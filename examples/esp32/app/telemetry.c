#include "telemetry.h"

#include <inttypes.h>
#include <stdlib.h>

void telemetry_reading(struct text *out, const char *device_id, const struct reading *reading, int64_t boot_unix_ms) {
    /* By hand: printf of a double costs an ESP32 some kilobytes of stack, and prints `nan`, which is not JSON. */
    int32_t value = reading->centidegrees;
    text_add(out, "{\"messageId\":%" PRIu32 ",\"deviceId\":\"%s\",\"temperature\":%s%" PRId32 ".%02" PRId32, reading->message_id, device_id,
             value < 0 ? "-" : "", (int32_t)labs(value / 100), (int32_t)labs(value % 100));
    text_add(out, ",\"ledState\":%s,\"fanState\":%s", reading->led ? "true" : "false", reading->fan ? "true" : "false");
    if (boot_unix_ms > 0) {
        text_add(out, ",\"time\":%" PRId64, boot_unix_ms + (int64_t)reading->taken_ms);
    }
    text_add(out, "}");
}

size_t telemetry_batch(struct text *out, const char *device_id, const struct ring *ring, int64_t boot_unix_ms) {
    if (ring->count == 1) {
        telemetry_reading(out, device_id, ring_at(ring, 0), boot_unix_ms);
        return out->full ? 0 : 1;
    }
    text_add(out, "[");
    size_t held = 0;
    while (held < ring->count) {
        size_t before = out->length;
        text_add(out, held == 0 ? "" : ",");
        telemetry_reading(out, device_id, ring_at(ring, held), boot_unix_ms);
        /* Room for the bracket, too. */
        if (out->full || out->length + 2 > out->size) {
            text_cut(out, before);
            break;
        }
        held++;
    }
    text_add(out, "]");
    return held;
}
