/* Readings as JSON: one object, or an array of as many as fit. */
#ifndef TELEMETRY_H
#define TELEMETRY_H

#include "ring.h"
#include "text.h"

/* `boot_unix_ms`: the time of the start, by which a reading gets its time; 0 while it is not known, then it has none. */
void telemetry_reading(struct text *out, const char *device_id, const struct reading *reading, int64_t boot_unix_ms);
/* How many of the oldest readings it holds; 0 if there is none, or not even one fits. */
size_t telemetry_batch(struct text *out, const char *device_id, const struct ring *ring, int64_t boot_unix_ms);

#endif
