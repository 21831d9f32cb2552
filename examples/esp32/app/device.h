/*
 * The device: measures, keeps what is not acknowledged, obeys commands and says so, follows its configuration, comes back after an outage. The port calls
 * device_tick() in a loop and the other functions when something has happened, all from one task. No memory is asked for after the start.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "backoff.h"
#include "port.h"
#include "provisioning.h"
#include "responses.h"
#include "ring.h"

enum {
    DEVICE_TOPIC_SIZE = 300,
    DEVICE_BATCH_SIZE = 1024,
    DEVICE_LEAST_INTERVAL_S = 1,
    DEVICE_MOST_INTERVAL_S = 86400
};

/* What the last will says on devices/{id}/state. */
#define DEVICE_WILL "{\"online\":false}"

struct device_settings {
    const char *id; /* for as long as the device lives, as all texts here */
    const char *type;
    const char *firmware;
    bool provision;      /* ask for a secret; otherwise the port has one */
    uint32_t interval_s; /* between two readings, until the configuration says otherwise */
    uint32_t retry_least_ms;
    uint32_t retry_most_ms;
    uint32_t batch_bytes;             /* of one message, at most DEVICE_BATCH_SIZE */
    struct reading *slots;            /* for readings that are not acknowledged */
    size_t slot_count;
};

struct device_message {
    const char *topic;
    size_t topic_length;
    const char *payload;
    size_t length;
    bool cut;                /* there was more than the port can hold */
    const char *correlation; /* MQTT 5: the command's id; else NULL */
    size_t correlation_length;
};

enum device_phase { DEVICE_PROVISIONING, DEVICE_WAITING, DEVICE_CONNECTING, DEVICE_ONLINE };

struct device {
    const struct port *port;
    struct device_settings settings;
    enum device_phase phase;
    uint64_t next_attempt_ms;
    uint64_t next_reading_ms;
    uint64_t online_since_ms;
    int64_t boot_unix_ms;
    struct backoff backoff;
    struct ring ring;
    struct responses responses;
    uint32_t interval_s;
    uint32_t message_id;
    int batch_number; /* of the message that holds the oldest readings and is not acknowledged; 0: none */
    size_t batch_count;
    uint64_t batch_sent_ms;
    bool led;
    bool fan;
    bool state_told;
    const char *config_problem;
    char batch[DEVICE_BATCH_SIZE];
};

/* False, and the log says why: the settings cannot be. */
bool device_init(struct device *device, const struct port *port, const struct device_settings *settings);
/* Does what is due. For how many milliseconds nothing will be. */
uint32_t device_tick(struct device *device);
void device_connected(struct device *device);
/* The connection has ended, or has not come about. */
void device_disconnected(struct device *device);
void device_message(struct device *device, const struct device_message *message);
void device_acknowledged(struct device *device, int number);
/* The client has forgotten that message: it will not be acknowledged. */
void device_lost(struct device *device, int number);

/* devices/{id}/{what} */
void device_topic(const struct device *device, const char *what, char topic[DEVICE_TOPIC_SIZE]);

#endif
