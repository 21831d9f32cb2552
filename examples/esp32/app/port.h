/*
 * What the logic asks of the world. A port fills it in: main/ for ESP-IDF, host/ for Linux, test/ for unit tests. All is called from one task, the one that
 * calls device_tick().
 */
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port {
    /* Given to every function as it is. */
    void *context;

    /* Begins to connect; device_connected() or device_disconnected() tells how it ended. False: not now, it will be asked again. */
    bool (*connect)(void *context);
    /* QoS 1. The message's number, above 0, which device_acknowledged() or device_lost() names later; 0 or below: not taken. */
    int (*publish)(void *context, const char *topic, const char *payload, size_t length);
    /* QoS 1. */
    bool (*subscribe)(void *context, const char *topic);
    /* POST /provision with that body; the HTTP status, or below 0 if nobody answered. May block for some seconds. */
    int (*provision)(void *context, const char *body, size_t length);

    /* Since the start, never going back. */
    uint64_t (*uptime_ms)(void *context);
    /* Since 1970; 0 while the clock is not set. */
    int64_t (*unix_ms)(void *context);
    /* From a source fit for secrets. */
    uint32_t (*random)(void *context);

    /* Texts that survive a restart. load: false if there is none. */
    bool (*load)(void *context, const char *key, char *value, size_t size);
    bool (*store)(void *context, const char *key, const char *value);

    /* In hundredths of a degree; false: the sensor does not answer. */
    bool (*temperature)(void *context, int32_t *centidegrees);
    void (*led)(void *context, bool on);
    void (*fan)(void *context, bool on);

    void (*log)(void *context, const char *line);
};

#endif
