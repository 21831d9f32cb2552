/* The device in a world whose clock, network and store the test holds. */
#include "../app/device.h"
#include "check.h"

static struct world {
    uint64_t now;
    int64_t unix_ms;
    bool lets_connect;
    bool takes;
    int connects;
    int number;
    int subscriptions;
    int provision_status;
    char provision_body[512];
    char secret[64];
    char provisioned[8];
    char interval[16];
    char topic[DEVICE_TOPIC_SIZE];
    char payload[2048];
    char telemetry[2048];
    int telemetry_number;
    char response[512];
    bool led;
    bool fan;
} world;

static struct device device;
static struct reading slots[10];

static bool begin(void *context) {
    (void)context;
    world.connects += world.lets_connect ? 1 : 0;
    return world.lets_connect;
}

static int publish(void *context, const char *topic, const char *payload, size_t length) {
    (void)context;
    if (!world.takes) {
        return -1;
    }
    CHECK(strlen(payload) == length);
    world.number++;
    if (strcmp(topic, "devices/d-1/telemetry") == 0) {
        strcpy(world.telemetry, payload);
        world.telemetry_number = world.number;
    } else if (strcmp(topic, "devices/d-1/responses") == 0) {
        strcpy(world.response, payload);
    } else {
        strcpy(world.topic, topic);
        strcpy(world.payload, payload);
    }
    return world.number;
}

static bool subscribe(void *context, const char *topic) {
    (void)context;
    world.subscriptions += strcmp(topic, "devices/d-1/commands") == 0 || strcmp(topic, "devices/d-1/config") == 0;
    return true;
}

static int provision(void *context, const char *body, size_t length) {
    (void)context;
    CHECK(length == strlen(body));
    strcpy(world.provision_body, body);
    return world.provision_status;
}

static uint64_t uptime(void *context) {
    (void)context;
    return world.now;
}

static int64_t since_1970(void *context) {
    (void)context;
    return world.unix_ms;
}

static uint32_t random32(void *context) {
    static uint32_t state = 1;
    (void)context;
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static char *place(const char *key) {
    return strcmp(key, "secret") == 0 ? world.secret : strcmp(key, "provisioned") == 0 ? world.provisioned : world.interval;
}

static bool load(void *context, const char *key, char *value, size_t size) {
    (void)context;
    if (place(key)[0] == 0 || strlen(place(key)) >= size) {
        return false;
    }
    strcpy(value, place(key));
    return true;
}

static bool store(void *context, const char *key, const char *value) {
    (void)context;
    strcpy(place(key), value);
    return true;
}

static bool temperature(void *context, int32_t *centidegrees) {
    (void)context;
    *centidegrees = 2150;
    return true;
}

static void led(void *context, bool on) {
    (void)context;
    world.led = on;
}

static void fan(void *context, bool on) {
    (void)context;
    world.fan = on;
}

static void quiet(void *context, const char *line) {
    (void)context;
    (void)line;
}

static const struct port port = {NULL, begin, publish, subscribe, provision, uptime, since_1970, random32, load, store, temperature, led, fan, quiet};

static struct device_settings settings(void) {
    return (struct device_settings){.id = "d-1",
                                    .type = "greenhouse",
                                    .firmware = "1.0.0",
                                    .interval_s = 10,
                                    .retry_least_ms = 1000,
                                    .retry_most_ms = 8000,
                                    .batch_bytes = 1024,
                                    .slots = slots,
                                    .slot_count = 10};
}

/* As the ports do it: tick, sleep, tick. */
static void run_until(uint64_t moment) {
    while (world.now < moment) {
        uint32_t idle = device_tick(&device);
        uint64_t next = world.now + (idle == 0 ? 1 : idle);
        world.now = next > moment ? moment : next;
    }
    device_tick(&device);
}

static void start_online(void) {
    struct device_settings all = settings();
    world = (struct world){.now = 1000, .lets_connect = true, .takes = true};
    CHECK(device_init(&device, &port, &all));
    device_tick(&device);
    device_connected(&device);
    device_tick(&device);
}

static void give(const char *topic, const char *payload, const char *correlation) {
    struct device_message message = {.topic = topic,
                                     .topic_length = strlen(topic),
                                     .payload = payload,
                                     .length = strlen(payload),
                                     .correlation = correlation,
                                     .correlation_length = correlation == NULL ? 0 : strlen(correlation)};
    device_message(&device, &message);
    device_tick(&device);
}

static void it_says_hello_and_one_reading(void) {
    start_online();
    CHECK(world.connects == 1 && world.subscriptions == 2);
    CHECK_TEXT(world.topic, "devices/d-1/state");
    CHECK(strstr(world.payload, "{\"online\":true,\"firmware\":\"1.0.0\",\"interval\":10,") == world.payload);
    CHECK_TEXT(world.telemetry, "{\"messageId\":1,\"deviceId\":\"d-1\",\"temperature\":21.50,\"ledState\":false,\"fanState\":false}");
}

static void what_is_not_acknowledged_is_kept_and_comes_as_a_batch(void) {
    start_online();
    device_acknowledged(&device, world.telemetry_number);
    CHECK(device.ring.count == 0);
    device_disconnected(&device);
    world.lets_connect = false;
    run_until(1000 + 35000);
    CHECK(device.ring.count == 3);
    world.lets_connect = true;
    world.unix_ms = 1700000036000;
    run_until(world.now + 9000);
    device_connected(&device);
    device_tick(&device);
    CHECK(world.telemetry[0] == '[');
    CHECK(strstr(world.telemetry, "\"messageId\":2,") != NULL && strstr(world.telemetry, "\"messageId\":4,") != NULL);
    /* Taken before the clock was set, and yet with its time. */
    CHECK(strstr(world.telemetry, "\"time\":") != NULL);
    char first[2048];
    strcpy(first, world.telemetry);
    device_lost(&device, world.telemetry_number);
    world.now += 50;
    world.unix_ms += 40;
    device_tick(&device);
    CHECK(strncmp(first, world.telemetry, strlen(first) - 1) == 0);
    device_acknowledged(&device, world.telemetry_number);
    CHECK(device.ring.count == 0 || device.ring.count == 1);
}

static void an_acknowledgement_frees_only_what_was_in_the_message(void) {
    start_online();
    run_until(world.now + 10000);
    /* Of 1 it is not known; 2 was measured meanwhile and waits. */
    CHECK(device.ring.count == 2 && world.telemetry_number == device.batch_number);
    device_acknowledged(&device, 9999);
    CHECK(device.ring.count == 2);
    run_until(world.now + 45000);
    CHECK(device.ring.count == 6);
    /* Nothing was heard for a minute: it is sent again, with all others. */
    int before = world.telemetry_number;
    run_until(world.now + 10000);
    CHECK(world.telemetry_number != before && strstr(world.telemetry, "[{\"messageId\":1,") == world.telemetry);
    /* The ring overruns while that message is on its way: its oldest are gone already. */
    size_t sent = device.batch_count;
    for (int i = 0; i < 8; i++) {
        device.next_reading_ms = world.now;
        device.batch_sent_ms = world.now;
        device_tick(&device);
    }
    CHECK(device.ring.count == 10 && device.ring.dropped > 0 && device.batch_count == sent - device.ring.dropped);
    uint32_t kept = ring_at(&device.ring, device.batch_count)->message_id;
    device_acknowledged(&device, world.telemetry_number);
    CHECK(ring_at(&device.ring, 0)->message_id == kept);
}

static void commands_are_obeyed_and_answered(void) {
    start_online();
    give("devices/d-1/commands", "FAN_ON", "c-17");
    CHECK(world.fan && !world.led);
    CHECK_TEXT(world.response, "{\"commandId\":\"c-17\",\"status\":\"succeeded\",\"detail\":\"fan is on\"}");
    CHECK(strstr(world.payload, "\"fan\":true") != NULL);
    give("devices/d-1/commands", "LED_ON", NULL);
    CHECK(world.led);
    CHECK_TEXT(world.response, "{\"status\":\"succeeded\",\"detail\":\"led is on\"}");
    give("devices/d-1/commands", "DANCE", "c-18");
    CHECK_TEXT(world.response, "{\"commandId\":\"c-18\",\"status\":\"failed\",\"detail\":\"expected LED_ON, LED_OFF, FAN_ON or FAN_OFF\"}");
    world.response[0] = 0;
    give("devices/other/commands", "LED_OFF", NULL);
    CHECK(world.led && world.response[0] == 0);
    struct device_message cut = {.topic = "devices/d-1/commands", .topic_length = 20, .payload = "LED_OFF", .length = 7, .cut = true};
    device_message(&device, &cut);
    device_tick(&device);
    CHECK(world.led && strstr(world.response, "longer than") != NULL);
}

static void an_answer_that_cannot_be_sent_waits(void) {
    start_online();
    world.takes = false;
    give("devices/d-1/commands", "FAN_ON", "c-1");
    give("devices/d-1/commands", "LED_ON", NULL);
    CHECK(world.response[0] == 0);
    device_disconnected(&device);
    world.takes = true;
    run_until(world.now + 9000);
    device_connected(&device);
    device_tick(&device);
    CHECK_TEXT(world.response, "{\"commandId\":\"c-1\",\"status\":\"succeeded\",\"detail\":\"fan is on\"}");
}

static void the_configuration_changes_the_interval_and_survives_a_restart(void) {
    start_online();
    give("devices/d-1/config", "{\"interval\":2,\"other\":true}", NULL);
    CHECK(device.interval_s == 2);
    CHECK_TEXT(world.interval, "2");
    uint32_t before = device.message_id;
    run_until(world.now + 10000);
    CHECK(device.message_id == before + 5);
    give("devices/d-1/config", "{\"interval\":0}", NULL);
    CHECK(device.interval_s == 2 && strstr(world.payload, "\"configProblem\":\"interval: expected") != NULL);
    give("devices/d-1/config", "nonsense", NULL);
    CHECK(device.interval_s == 2 && strstr(world.payload, "expected a JSON object") != NULL);
    give("devices/d-1/config", "{}", NULL);
    CHECK(strstr(world.payload, "\"configProblem\":null") != NULL);
    struct device_settings all = settings();
    CHECK(device_init(&device, &port, &all) && device.interval_s == 2);
    strcpy(world.interval, "0");
    CHECK(device_init(&device, &port, &all) && device.interval_s == 10);
}

static void a_board_without_a_secret_asks_with_the_same_one_until_it_is_heard(void) {
    struct device_settings all = settings();
    world = (struct world){.now = 1000, .lets_connect = true, .takes = true, .provision_status = -1};
    all.provision = true;
    CHECK(device_init(&device, &port, &all));
    device_tick(&device);
    CHECK(world.connects == 0 && strlen(world.secret) == SECRET_LENGTH);
    char body[512];
    strcpy(body, world.provision_body);
    CHECK(strstr(body, "{\"deviceId\":\"d-1\",\"type\":\"greenhouse\",\"secret\":\"") == body && strstr(body, world.secret) != NULL);
    world.provision_status = 409;
    world.provision_body[0] = 0;
    run_until(world.now + 1000);
    CHECK_TEXT(world.provision_body, body);
    CHECK(device.phase == DEVICE_PROVISIONING);
    world.provision_status = 201;
    run_until(world.now + 8000);
    CHECK_TEXT(world.provision_body, body);
    CHECK_TEXT(world.provisioned, "yes");
    run_until(world.now + 100);
    CHECK(world.connects == 1);
    CHECK(device_init(&device, &port, &all) && device.phase == DEVICE_WAITING);
}

static void wrong_settings_are_refused(void) {
    struct device_settings all = settings();
    all.id = "no blanks";
    CHECK(!device_init(&device, &port, &all));
    all = settings();
    all.interval_s = 0;
    CHECK(!device_init(&device, &port, &all));
    all = settings();
    all.slot_count = 0;
    CHECK(!device_init(&device, &port, &all));
}

void test_device(void) {
    it_says_hello_and_one_reading();
    what_is_not_acknowledged_is_kept_and_comes_as_a_batch();
    an_acknowledgement_frees_only_what_was_in_the_message();
    commands_are_obeyed_and_answered();
    an_answer_that_cannot_be_sent_waits();
    the_configuration_changes_the_interval_and_survives_a_restart();
    a_board_without_a_secret_asks_with_the_same_one_until_it_is_heard();
    wrong_settings_are_refused();
}
