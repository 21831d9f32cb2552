#include "device.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json.h"
#include "telemetry.h"

enum {
    STABLE_MS = 30000,         /* a connection that has lasted so long ends the back-off */
    BATCH_PATIENCE_MS = 60000, /* esp-mqtt forgets an unacknowledged message after 30 s, not always aloud */
    RETRY_SOON_MS = 200,
    IDLE_MS = 1000
};

static uint64_t uptime(const struct device *device) {
    return device->port->uptime_ms(device->port->context);
}

static void say(const struct device *device, const char *line) {
    device->port->log(device->port->context, line);
}

void device_topic(const struct device *device, const char *what, char topic[DEVICE_TOPIC_SIZE]) {
    struct text text = text_in(topic, DEVICE_TOPIC_SIZE);
    text_add(&text, "devices/%s/%s", device->settings.id, what);
}

static void wait_and_retry(struct device *device) {
    uint32_t delay = backoff_next(&device->backoff, device->port->random(device->port->context));
    char line[64];
    struct text said = text_in(line, sizeof line);
    text_add(&said, "next attempt in %" PRIu32 " ms", delay);
    say(device, line);
    device->next_attempt_ms = uptime(device) + delay;
}

static bool interval_is_possible(int64_t seconds) {
    return seconds >= DEVICE_LEAST_INTERVAL_S && seconds <= DEVICE_MOST_INTERVAL_S;
}

bool device_init(struct device *device, const struct port *port, const struct device_settings *settings) {
    *device = (struct device){.port = port, .settings = *settings, .interval_s = settings->interval_s};
    if (!text_is_name(settings->id, strlen(settings->id)) || !text_is_name(settings->type, strlen(settings->type))
        || !text_is_name(settings->firmware, strlen(settings->firmware))) {
        say(device, "device id, type and firmware must be 1 to 256 characters of A-Z a-z 0-9 . _ : -");
        return false;
    }
    if (!interval_is_possible(settings->interval_s) || settings->slot_count == 0 || settings->batch_bytes > DEVICE_BATCH_SIZE
        || settings->batch_bytes < 512) {
        say(device, "interval 1 to 86400 s, at least one slot, batches of 512 to 1024 bytes");
        return false;
    }
    char stored[12];
    if (port->load(port->context, "interval", stored, sizeof stored) && interval_is_possible(atol(stored))) {
        device->interval_s = (uint32_t)atol(stored);
    }
    ring_init(&device->ring, settings->slots, settings->slot_count);
    backoff_init(&device->backoff, settings->retry_least_ms, settings->retry_most_ms);
    device->phase = settings->provision && !provisioning_done(port) ? DEVICE_PROVISIONING : DEVICE_WAITING;
    device->next_reading_ms = uptime(device);
    device->next_attempt_ms = uptime(device);
    return true;
}

static void measure(struct device *device, uint64_t now) {
    if (now < device->next_reading_ms) {
        return;
    }
    uint64_t step = (uint64_t)device->interval_s * 1000;
    device->next_reading_ms = now - device->next_reading_ms < step ? device->next_reading_ms + step : now + step;
    struct reading reading = {.taken_ms = now, .led = device->led, .fan = device->fan};
    if (!device->port->temperature(device->port->context, &reading.centidegrees)) {
        say(device, "the sensor does not answer: no reading");
        return;
    }
    reading.message_id = ++device->message_id;
    if (ring_push(&device->ring, &reading) && device->batch_count > 0) {
        /* The oldest was in the message on its way: what is acknowledged then is one fewer. */
        device->batch_count--;
    }
}

static void ask_for_access(struct device *device) {
    switch (provisioning_ask(device->port, device->settings.id, device->settings.type)) {
        case PROVISIONED:
            device->phase = DEVICE_WAITING;
            backoff_reset(&device->backoff);
            device->next_attempt_ms = uptime(device);
            break;
        case PROVISION_LATER:
            wait_and_retry(device);
            break;
        case PROVISION_REFUSED:
            /* Somebody may mend it on the server: ask again, at the slowest pace. */
            device->backoff.step_ms = device->backoff.most_ms;
            wait_and_retry(device);
            break;
    }
}

static void advance(struct device *device, uint64_t now) {
    if (device->phase == DEVICE_ONLINE && now - device->online_since_ms >= STABLE_MS) {
        backoff_reset(&device->backoff);
    }
    if (now < device->next_attempt_ms) {
        return;
    }
    if (device->phase == DEVICE_PROVISIONING) {
        ask_for_access(device);
    } else if (device->phase == DEVICE_WAITING) {
        if (device->port->connect(device->port->context)) {
            device->phase = DEVICE_CONNECTING;
        } else {
            device->next_attempt_ms = now + RETRY_SOON_MS;
        }
    }
}

/* True if there is nothing (more) to tell. */
static bool tell_state(struct device *device) {
    if (device->state_told) {
        return true;
    }
    char topic[DEVICE_TOPIC_SIZE];
    char buffer[512];
    struct text json = text_in(buffer, sizeof buffer);
    device_topic(device, "state", topic);
    text_add(&json, "{\"online\":true,\"firmware\":\"%s\",\"interval\":%" PRIu32 ",\"led\":%s,\"fan\":%s,\"readingsDropped\":%" PRIu32,
             device->settings.firmware, device->interval_s, device->led ? "true" : "false", device->fan ? "true" : "false",
             device->ring.dropped);
    if (device->config_problem == NULL) {
        text_add(&json, ",\"configProblem\":null}");
    } else {
        text_add(&json, ",\"configProblem\":\"%s\"}", device->config_problem);
    }
    device->state_told = device->port->publish(device->port->context, topic, json.at, json.length) > 0;
    return device->state_told;
}

static bool tell_responses(struct device *device) {
    char topic[DEVICE_TOPIC_SIZE];
    char buffer[256];
    device_topic(device, "responses", topic);
    while (device->responses.count > 0) {
        const struct response *response = &device->responses.waiting[0];
        struct text json = text_in(buffer, sizeof buffer);
        text_add(&json, "{");
        if (response->command_id[0] != 0) {
            text_add(&json, "\"commandId\":\"%s\",", response->command_id);
        }
        text_add(&json, "\"status\":\"%s\",\"detail\":\"%s\"}", response->succeeded ? "succeeded" : "failed", response->detail);
        if (device->port->publish(device->port->context, topic, json.at, json.length) <= 0) {
            return false;
        }
        responses_remove_first(&device->responses);
    }
    return true;
}

static bool tell_readings(struct device *device, uint64_t now) {
    if (device->batch_number != 0 && now - device->batch_sent_ms >= BATCH_PATIENCE_MS) {
        device_lost(device, device->batch_number);
    }
    if (device->batch_number != 0 || device->ring.count == 0) {
        return true;
    }
    if (device->boot_unix_ms == 0) {
        int64_t unix_ms = device->port->unix_ms(device->port->context);
        /* Kept, so that a reading that is sent again has the same time. */
        device->boot_unix_ms = unix_ms == 0 ? 0 : unix_ms - (int64_t)now;
    }
    char topic[DEVICE_TOPIC_SIZE];
    device_topic(device, "telemetry", topic);
    struct text json = text_in(device->batch, device->settings.batch_bytes);
    size_t held = telemetry_batch(&json, device->settings.id, &device->ring, device->boot_unix_ms);
    if (held == 0) {
        return true;
    }
    int number = device->port->publish(device->port->context, topic, json.at, json.length);
    if (number <= 0) {
        return false;
    }
    device->batch_number = number;
    device->batch_count = held;
    device->batch_sent_ms = now;
    return true;
}

uint32_t device_tick(struct device *device) {
    uint64_t now = uptime(device);
    measure(device, now);
    advance(device, now);
    if (device->phase == DEVICE_ONLINE && !(tell_responses(device) && tell_state(device) && tell_readings(device, now))) {
        return RETRY_SOON_MS;
    }
    uint64_t next = device->next_reading_ms;
    bool waits = device->phase == DEVICE_WAITING || device->phase == DEVICE_PROVISIONING;
    if (waits && device->next_attempt_ms < next) {
        next = device->next_attempt_ms;
    }
    now = uptime(device);
    return next <= now ? 0 : next - now > IDLE_MS ? IDLE_MS : (uint32_t)(next - now);
}

void device_connected(struct device *device) {
    char topic[DEVICE_TOPIC_SIZE];
    device->phase = DEVICE_ONLINE;
    device->online_since_ms = uptime(device);
    device->state_told = false;
    device_topic(device, "commands", topic);
    bool commands = device->port->subscribe(device->port->context, topic);
    device_topic(device, "config", topic);
    if (!device->port->subscribe(device->port->context, topic) || !commands) {
        say(device, "not subscribed: no commands until the next connection");
    } else {
        say(device, "connected");
    }
}

void device_disconnected(struct device *device) {
    if (device->phase != DEVICE_ONLINE && device->phase != DEVICE_CONNECTING) {
        return;
    }
    say(device, device->phase == DEVICE_ONLINE ? "disconnected" : "not connected");
    device->phase = DEVICE_WAITING;
    responses_forget_unnamed(&device->responses);
    wait_and_retry(device);
}

static void obey(struct device *device, const struct device_message *message) {
    static const char *const done[] = {"led is on", "led is off", "fan is on", "fan is off"};
    const struct port *port = device->port;
    enum command command = message->cut ? COMMAND_UNKNOWN : command_parse(message->payload, message->length);
    if (command == COMMAND_UNKNOWN) {
        const char *why = message->cut ? "longer than this board can read" : "expected LED_ON, LED_OFF, FAN_ON or FAN_OFF";
        responses_add(&device->responses, message->correlation, message->correlation_length, false, why);
        return;
    }
    if (command == COMMAND_LED_ON || command == COMMAND_LED_OFF) {
        device->led = command == COMMAND_LED_ON;
        port->led(port->context, device->led);
    } else {
        device->fan = command == COMMAND_FAN_ON;
        port->fan(port->context, device->fan);
    }
    device->state_told = false;
    say(device, done[command]);
    responses_add(&device->responses, message->correlation, message->correlation_length, true, done[command]);
}

static void follow(struct device *device, const struct device_message *message) {
    int32_t seconds = 0;
    enum json_found found = message->cut ? JSON_BROKEN : json_int(message->payload, message->length, "interval", &seconds);
    device->state_told = false;
    device->config_problem = NULL;
    if (found == JSON_ABSENT) {
        return;
    }
    if (found != JSON_FOUND || !interval_is_possible(seconds)) {
        device->config_problem = message->cut            ? "longer than this board can read"
                                 : found == JSON_BROKEN ? "expected a JSON object"
                                                        : "interval: expected whole seconds, 1 to 86400";
        say(device, device->config_problem);
        return;
    }
    if ((uint32_t)seconds == device->interval_s) {
        return;
    }
    device->interval_s = (uint32_t)seconds;
    device->next_reading_ms = uptime(device) + (uint64_t)seconds * 1000;
    char value[12];
    struct text text = text_in(value, sizeof value);
    text_add(&text, "%" PRIu32, device->interval_s);
    if (!device->port->store(device->port->context, "interval", value)) {
        say(device, "the interval could not be stored: it holds until the next start");
    }
}

static bool is_about(const struct device *device, const struct device_message *message, const char *what) {
    char topic[DEVICE_TOPIC_SIZE];
    device_topic(device, what, topic);
    return strlen(topic) == message->topic_length && memcmp(topic, message->topic, message->topic_length) == 0;
}

void device_message(struct device *device, const struct device_message *message) {
    if (is_about(device, message, "commands")) {
        obey(device, message);
    } else if (is_about(device, message, "config")) {
        follow(device, message);
    }
}

void device_acknowledged(struct device *device, int number) {
    if (number == device->batch_number && number != 0) {
        ring_pop(&device->ring, device->batch_count);
        device->batch_number = 0;
        device->batch_count = 0;
    }
}

void device_lost(struct device *device, int number) {
    if (number == device->batch_number) {
        device->batch_number = 0;
        device->batch_count = 0;
    }
}
