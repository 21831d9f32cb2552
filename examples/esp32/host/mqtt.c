#include <string.h>

#include "host.h"

bool host_mqtt_open(struct host *host) {
    MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
    options.MQTTVersion = host->mqtt_version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
    return MQTTClient_createWithOptions(&host->client, host->mqtt_uri, host->device->settings.id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &options)
           == MQTTCLIENT_SUCCESS;
}

void host_mqtt_close(struct host *host) {
    if (host->connected && host->mqtt_version == 5) {
        MQTTClient_disconnect5(host->client, 1000, MQTTREASONCODE_SUCCESS, NULL);
    } else if (host->connected) {
        MQTTClient_disconnect(host->client, 1000);
    }
    MQTTClient_destroy(&host->client);
}

bool host_mqtt_connect(void *context) {
    struct host *host = context;
    /* In the next turn, for it blocks. */
    host->connecting = true;
    return true;
}

static void connect_now(struct host *host) {
    char topic[DEVICE_TOPIC_SIZE];
    char secret[SECRET_SIZE];
    device_topic(host->device, "state", topic);
    if (host->secret == NULL && !host_load(host, "secret", secret, sizeof secret)) {
        secret[0] = 0;
    }
    MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
    will.topicName = topic;
    will.message = DEVICE_WILL;
    will.qos = 1;
    MQTTClient_connectOptions version3 = MQTTClient_connectOptions_initializer;
    MQTTClient_connectOptions version5 = MQTTClient_connectOptions_initializer5;
    MQTTClient_connectOptions *options = host->mqtt_version == 5 ? &version5 : &version3;
    options->keepAliveInterval = 60;
    options->connectTimeout = 12; /* a gateway under a storm holds its answer for up to 8 s */
    options->will = &will;
    options->username = host->device->settings.id;
    options->password = host->secret != NULL ? host->secret : secret;
    host->connecting = false;
    if (host->mqtt_version == 5) {
        options->cleanstart = 1;
        MQTTResponse response = MQTTClient_connect5(host->client, options, NULL, NULL);
        host->connected = response.reasonCode == MQTTREASONCODE_SUCCESS;
        MQTTResponse_free(response);
    } else {
        options->cleansession = 1;
        host->connected = MQTTClient_connect(host->client, options) == MQTTCLIENT_SUCCESS;
    }
    if (host->connected) {
        device_connected(host->device);
    } else {
        device_disconnected(host->device);
    }
}

int host_mqtt_publish(void *context, const char *topic, const char *payload, size_t length) {
    struct host *host = context;
    MQTTClient_deliveryToken token = 0;
    if (!host->connected || host->pending_count == HOST_PENDING) {
        return -1;
    }
    int code;
    if (host->mqtt_version == 5) {
        MQTTResponse response = MQTTClient_publish5(host->client, topic, (int)length, payload, 1, 0, NULL, &token);
        code = response.reasonCode;
        MQTTResponse_free(response);
    } else {
        code = MQTTClient_publish(host->client, topic, (int)length, payload, 1, 0, &token);
    }
    if (code != MQTTCLIENT_SUCCESS) {
        return -1;
    }
    host->pending[host->pending_count++] = token;
    return token;
}

bool host_mqtt_subscribe(void *context, const char *topic) {
    struct host *host = context;
    if (host->mqtt_version == 5) {
        MQTTResponse response = MQTTClient_subscribe5(host->client, topic, 1, NULL, NULL);
        int code = response.reasonCode;
        MQTTResponse_free(response);
        return code == 1;
    }
    return MQTTClient_subscribe(host->client, topic, 1) == MQTTCLIENT_SUCCESS;
}

static void hand_over(struct host *host, const char *topic, size_t topic_length, MQTTClient_message *message) {
    struct device_message given = {
        .topic = topic, .topic_length = topic_length, .payload = message->payload, .length = (size_t)message->payloadlen};
    MQTTProperty *correlation = MQTTProperties_getProperty(&message->properties, MQTTPROPERTY_CODE_CORRELATION_DATA);
    if (correlation != NULL) {
        given.correlation = correlation->value.data.data;
        given.correlation_length = (size_t)correlation->value.data.len;
    }
    device_message(host->device, &given);
}

static void settle(struct host *host) {
    size_t kept = 0;
    for (size_t i = 0; i < host->pending_count; i++) {
        if (!host->connected) {
            /* A clean session: Paho has forgotten it. */
            device_lost(host->device, host->pending[i]);
        } else if (MQTTClient_waitForCompletion(host->client, host->pending[i], 1) == MQTTCLIENT_SUCCESS) {
            device_acknowledged(host->device, host->pending[i]);
        } else {
            host->pending[kept++] = host->pending[i];
        }
    }
    host->pending_count = kept;
}

void host_mqtt_turn(struct host *host, uint32_t wait_ms) {
    if (host->connecting) {
        connect_now(host);
        return;
    }
    char *topic = NULL;
    int topic_length = 0;
    MQTTClient_message *message = NULL;
    int code = MQTTClient_receive(host->client, &topic, &topic_length, &message, wait_ms);
    if (message != NULL) {
        hand_over(host, topic, code == MQTTCLIENT_TOPICNAME_TRUNCATED ? (size_t)topic_length : strlen(topic), message);
        MQTTClient_freeMessage(&message);
        MQTTClient_free(topic);
    }
    if (host->connected && !MQTTClient_isConnected(host->client)) {
        host->connected = false;
        device_disconnected(host->device);
    }
    settle(host);
}
