/*
 * esp-mqtt calls the handler on its own task while it holds its lock. So the handler only copies what happened into a queue, and the device's task, which
 * may publish, takes it from there: nobody waits for a lock while holding the other's.
 */
#include <string.h>

#include "esp_err.h"
#include "esp_log.h"
#include "esp_port.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "mqtt_client.h"
#include "sdkconfig.h"
#include "trust.h"

enum { QUEUED = 8, PAYLOAD_SIZE = 512, HANDLER_PATIENCE_MS = 5000 };

struct happening {
    enum { CONNECTED, DISCONNECTED, MESSAGE, ACKNOWLEDGED, LOST } what;
    int number;
    bool cut;
    size_t topic_length;
    size_t length;
    size_t correlation_length;
    char topic[DEVICE_TOPIC_SIZE];
    char payload[PAYLOAD_SIZE];
    char correlation[RESPONSE_ID_SIZE];
};

static const char TAG[] = "mqtt";
static esp_mqtt_client_handle_t client;
static QueueHandle_t happenings;
/* The handler's and the device's, each used by one task: too large for their stacks. */
static struct happening filled;
static struct happening taken;

void mqtt_init(void) {
    static uint8_t room[QUEUED * sizeof(struct happening)];
    static StaticQueue_t queue;
    happenings = xQueueCreateStatic(QUEUED, sizeof(struct happening), room, &queue);
}

static void tell(int what, int number) {
    filled.what = what;
    filled.number = number;
    if (xQueueSend(happenings, &filled, pdMS_TO_TICKS(HANDLER_PATIENCE_MS)) != pdTRUE) {
        ESP_LOGE(TAG, "the device does not keep up: an event is lost");
    }
}

static size_t copy(char *to, size_t size, const char *from, int length) {
    size_t fits = length < 0 || from == NULL ? 0 : (size_t)length > size ? size : (size_t)length;
    if (fits > 0) {
        memcpy(to, from, fits);
    }
    return fits;
}

/* What is larger than esp-mqtt's buffer comes in pieces; only the first has a topic, and the rest tells the device nothing. */
static void take_message(const esp_mqtt_event_t *event) {
    if (event->current_data_offset > 0) {
        return;
    }
    filled.topic_length = copy(filled.topic, sizeof filled.topic, event->topic, event->topic_len);
    filled.length = copy(filled.payload, sizeof filled.payload, event->data, event->data_len);
    filled.cut = filled.length < (size_t)event->total_data_len;
    filled.correlation_length = 0;
#ifdef CONFIG_MQTT_PROTOCOL_5
    if (event->property != NULL && event->property->correlation_data_len <= sizeof filled.correlation) {
        filled.correlation_length = copy(filled.correlation, sizeof filled.correlation, event->property->correlation_data,
                                         event->property->correlation_data_len);
    }
#endif
    tell(MESSAGE, 0);
}

static void on_event(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    const esp_mqtt_event_t *event = data;
    switch ((esp_mqtt_event_id_t)id) {
        case MQTT_EVENT_CONNECTED: tell(CONNECTED, 0); break;
        case MQTT_EVENT_DISCONNECTED: tell(DISCONNECTED, 0); break;
        case MQTT_EVENT_PUBLISHED: tell(ACKNOWLEDGED, event->msg_id); break;
        case MQTT_EVENT_DELETED: tell(LOST, event->msg_id); break;
        case MQTT_EVENT_DATA: take_message(event); break;
        case MQTT_EVENT_ERROR:
            ESP_LOGW(TAG, "error: kind %d, refused with %d, TLS 0x%x", event->error_handle->error_type, event->error_handle->connect_return_code,
                     (unsigned)event->error_handle->esp_tls_stack_err);
            break;
        default: break;
    }
}

/* Once, when the secret is known. esp-mqtt comes back after a fixed time without jitter; ours is told when, by the device. */
static bool open_client(const struct device *device) {
    static char secret[129];
    static char will_topic[DEVICE_TOPIC_SIZE];
    if (CONFIG_MILLRACE_DEVICE_SECRET[0] != 0) {
        strlcpy(secret, CONFIG_MILLRACE_DEVICE_SECRET, sizeof secret);
    } else if (!store_load(NULL, "secret", secret, sizeof secret)) {
        ESP_LOGE(TAG, "there is no secret");
        return false;
    }
    device_topic(device, "state", will_topic);
    const esp_mqtt_client_config_t config = {
        .broker = {.address.uri = CONFIG_MILLRACE_MQTT_URI,
                   .verification = {.certificate = TRUST_CERTIFICATE, .crt_bundle_attach = TRUST_BUNDLE}},
        .credentials = {.username = device->settings.id, .client_id = device->settings.id, .authentication.password = secret},
        .session = {.last_will = {.topic = will_topic, .msg = DEVICE_WILL, .qos = 1},
                    .keepalive = CONFIG_MILLRACE_KEEP_ALIVE_S,
#ifdef CONFIG_MILLRACE_MQTT_5
                    .protocol_ver = MQTT_PROTOCOL_V_5
#else
                    .protocol_ver = MQTT_PROTOCOL_V_3_1_1
#endif
        },
        /* A gateway under a storm holds CONNACK for up to 8 s. */
        .network = {.timeout_ms = 12000, .disable_auto_reconnect = true},
        .buffer = {.size = 1024, .out_size = DEVICE_BATCH_SIZE + DEVICE_TOPIC_SIZE},
    };
    client = esp_mqtt_client_init(&config);
    if (client == NULL) {
        ESP_LOGE(TAG, "no client: check the URI %s", CONFIG_MILLRACE_MQTT_URI);
        return false;
    }
    ESP_ERROR_CHECK(esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_event, NULL));
    return true;
}

bool mqtt_connect(void *context) {
    if (!wifi_is_up()) {
        return false;
    }
    if (client != NULL) {
        return esp_mqtt_client_reconnect(client) == ESP_OK;
    }
    return open_client(context) && esp_mqtt_client_start(client) == ESP_OK;
}

int mqtt_publish(void *context, const char *topic, const char *payload, size_t length) {
    (void)context;
    return esp_mqtt_client_publish(client, topic, payload, (int)length, 1, 0);
}

bool mqtt_subscribe(void *context, const char *topic) {
    (void)context;
    return esp_mqtt_client_subscribe_single(client, topic, 1) >= 0;
}

static void hand_over(struct device *device) {
    const struct device_message message = {.topic = taken.topic,
                                           .topic_length = taken.topic_length,
                                           .payload = taken.payload,
                                           .length = taken.length,
                                           .cut = taken.cut,
                                           .correlation = taken.correlation_length > 0 ? taken.correlation : NULL,
                                           .correlation_length = taken.correlation_length};
    switch (taken.what) {
        case CONNECTED: device_connected(device); break;
        case DISCONNECTED: device_disconnected(device); break;
        case MESSAGE: device_message(device, &message); break;
        case ACKNOWLEDGED: device_acknowledged(device, taken.number); break;
        case LOST: device_lost(device, taken.number); break;
    }
}

void mqtt_turn(struct device *device, uint32_t wait_ms) {
    TickType_t wait = pdMS_TO_TICKS(wait_ms);
    while (xQueueReceive(happenings, &taken, wait) == pdTRUE) {
        hand_over(device);
        wait = 0;
    }
}
