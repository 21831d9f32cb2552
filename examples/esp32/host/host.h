/* The port for Linux: Eclipse Paho C for MQTT, sockets for the one HTTP request, a directory as store. For trying the logic without a board. */
#ifndef HOST_H
#define HOST_H

#include <MQTTClient.h>

#include "../app/device.h"

enum { HOST_PENDING = 32 };

struct host {
    /* Options, as given. */
    const char *mqtt_uri; /* tcp://127.0.0.1:1883 */
    int mqtt_version;     /* 3 or 5 */
    const char *provision_host;
    const char *provision_port;
    const char *provisioning_key;
    const char *secret; /* instead of provisioning */
    const char *directory;

    struct device *device;
    MQTTClient client;
    int pending[HOST_PENDING]; /* numbers of messages that are not acknowledged */
    size_t pending_count;
    bool connecting;
    bool connected;
};

bool host_mqtt_open(struct host *host);
void host_mqtt_close(struct host *host);
/* Connects if asked to, hands over what arrived and what was acknowledged; waits at most that long for it. */
void host_mqtt_turn(struct host *host, uint32_t wait_ms);
bool host_mqtt_connect(void *context);
int host_mqtt_publish(void *context, const char *topic, const char *payload, size_t length);
bool host_mqtt_subscribe(void *context, const char *topic);

int host_provision(void *context, const char *body, size_t length);

bool host_load(void *context, const char *key, char *value, size_t size);
bool host_store(void *context, const char *key, const char *value);

#endif
