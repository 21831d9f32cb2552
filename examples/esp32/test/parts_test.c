/* The parts that know nothing of each other. */
#include <stdint.h>

#include "../app/backoff.h"
#include "../app/command.h"
#include "../app/json.h"
#include "../app/responses.h"
#include "../app/telemetry.h"
#include "check.h"

static struct reading reading(uint32_t id, int32_t centidegrees) {
    return (struct reading){.taken_ms = id * 1000, .message_id = id, .centidegrees = centidegrees};
}

static void a_full_ring_forgets_the_oldest(void) {
    struct reading slots[3];
    struct ring ring;
    ring_init(&ring, slots, 3);
    for (uint32_t id = 1; id <= 5; id++) {
        struct reading now = reading(id, 0);
        CHECK(ring_push(&ring, &now) == (id > 3));
    }
    CHECK(ring.count == 3 && ring.dropped == 2);
    CHECK(ring_at(&ring, 0)->message_id == 3 && ring_at(&ring, 2)->message_id == 5);
    ring_pop(&ring, 2);
    CHECK(ring.count == 1 && ring_at(&ring, 0)->message_id == 5);
    ring_pop(&ring, 9);
    CHECK(ring.count == 0);
}

static void a_reading_is_the_seed_devices_json(void) {
    char buffer[300];
    struct text json = text_in(buffer, sizeof buffer);
    struct reading seven = reading(7, 2553);
    telemetry_reading(&json, "esp32-custom-01", &seven, 0);
    CHECK_TEXT(buffer, "{\"messageId\":7,\"deviceId\":\"esp32-custom-01\",\"temperature\":25.53,\"ledState\":false,\"fanState\":false}");
    struct {
        int32_t value;
        const char *shown;
    } const all[] = {{-5, "\"temperature\":-0.05,"}, {-2050, "\"temperature\":-20.50,"}, {0, "\"temperature\":0.00,"}, {INT32_MIN, "-21474836.48"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct reading now = reading(1, all[i].value);
        json = text_in(buffer, sizeof buffer);
        telemetry_reading(&json, "a", &now, 1700000000000);
        CHECK(strstr(buffer, all[i].shown) != NULL);
        CHECK(strstr(buffer, "\"time\":1700000001000}") != NULL);
    }
}

static void a_batch_holds_as_many_as_fit_and_is_whole(void) {
    struct reading slots[20];
    struct ring ring;
    char buffer[1024];
    ring_init(&ring, slots, 20);
    struct text json = text_in(buffer, sizeof buffer);
    for (uint32_t id = 1; id <= 20; id++) {
        struct reading now = reading(id, 2000);
        ring_push(&ring, &now);
    }
    for (size_t size = 20; size <= sizeof buffer; size++) {
        json = text_in(buffer, size);
        size_t held = telemetry_batch(&json, "esp32-01", &ring, 0);
        CHECK(!json.full && json.length < size && buffer[0] == '[' && buffer[json.length - 1] == ']');
        size_t objects = 0;
        for (const char *at = buffer; (at = strstr(at, "messageId")) != NULL; at++) {
            objects++;
        }
        CHECK(objects == held);
        CHECK(size < sizeof buffer || held > 5);
    }
}

static void the_interval_is_found_only_as_a_whole_number_of_the_outermost_object(void) {
    struct {
        const char *json;
        enum json_found found;
        int32_t value;
    } const all[] = {{"{\"interval\":5}", JSON_FOUND, 5},
                     {" { \"a\" : [1,{\"interval\":9}] , \"interval\" : 60 , \"b\":\"}\" } ", JSON_FOUND, 60},
                     {"{\"interval\":1,\"interval\":2}", JSON_FOUND, 2},
                     {"{\"interval\":-2147483648}", JSON_FOUND, INT32_MIN},
                     {"{\"interval\":2147483648}", JSON_NOT_A_NUMBER, 0},
                     {"{\"interval\":99999999999999999999999}", JSON_NOT_A_NUMBER, 0},
                     {"{\"interval\":\"5\"}", JSON_NOT_A_NUMBER, 0},
                     {"{\"interval\":5.5}", JSON_NOT_A_NUMBER, 0},
                     {"{\"interval\":05}", JSON_NOT_A_NUMBER, 0},
                     {"{\"interval\":null}", JSON_NOT_A_NUMBER, 0},
                     {"{}", JSON_ABSENT, 0},
                     {"{\"x\":\"\\\"interval\\\":7\"}", JSON_ABSENT, 0},
                     {"{\"sub\":{\"interval\":7}}", JSON_ABSENT, 0},
                     {"", JSON_BROKEN, 0},
                     {"5", JSON_BROKEN, 0},
                     {"{", JSON_BROKEN, 0},
                     {"{\"interval\"", JSON_BROKEN, 0},
                     {"{\"interval\":}", JSON_BROKEN, 0},
                     {"{\"interval\":5", JSON_BROKEN, 0},
                     {"{\"interval\":5} x", JSON_BROKEN, 0},
                     {"{\"x\":\"\\", JSON_BROKEN, 0},
                     {"{\"x\":[[[", JSON_BROKEN, 0}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        /* A copy without the 0, so that reading beyond the end is seen by the sanitizer. */
        char exact[128];
        size_t length = strlen(all[i].json);
        memcpy(exact + sizeof exact - length, all[i].json, length);
        int32_t value = 0;
        enum json_found found = json_int(exact + sizeof exact - length, length, "interval", &value);
        if (found != all[i].found || value != all[i].value) {
            printf("%s: %d, %d\n", all[i].json, (int)found, (int)value);
        }
        CHECK(found == all[i].found && value == all[i].value);
    }
}

static void only_the_four_words_are_commands(void) {
    CHECK(command_parse("LED_ON", 6) == COMMAND_LED_ON);
    CHECK(command_parse("LED_OFF\r\n", 9) == COMMAND_LED_OFF);
    CHECK(command_parse("FAN_ON", 6) == COMMAND_FAN_ON);
    CHECK(command_parse("FAN_OFF", 7) == COMMAND_FAN_OFF);
    CHECK(command_parse("FAN_O", 5) == COMMAND_UNKNOWN);
    CHECK(command_parse("FAN_OFFX", 8) == COMMAND_UNKNOWN);
    CHECK(command_parse("fan_on", 6) == COMMAND_UNKNOWN);
    CHECK(command_parse("", 0) == COMMAND_UNKNOWN);
}

static void the_pause_doubles_up_to_the_most_and_lies_between_half_and_all(void) {
    struct backoff backoff;
    uint32_t steps[] = {1000, 2000, 4000, 8000, 10000, 10000, 10000};
    backoff_init(&backoff, 1000, 10000);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct backoff same = backoff;
        for (uint32_t random = 0; random < 20000; random += 7) {
            backoff = same;
            uint32_t pause = backoff_next(&backoff, random * 2654435761u);
            CHECK(pause >= steps[i] / 2 && pause <= steps[i]);
        }
    }
    backoff_reset(&backoff);
    CHECK(backoff_next(&backoff, 0) == 1000);
    backoff_init(&backoff, 0, 0);
    CHECK(backoff_next(&backoff, UINT32_MAX) >= 1);
    backoff_init(&backoff, 4000000000u, UINT32_MAX);
    CHECK(backoff_next(&backoff, 0) == 4000000000u && backoff_next(&backoff, 0) == UINT32_MAX);
}

static void answers_keep_what_can_be_named(void) {
    struct responses responses = {.count = 0};
    responses_add(&responses, "id-1", 4, true, "a");
    responses_add(&responses, NULL, 0, true, "b");
    responses_add(&responses, "\"},", 3, false, "c");
    CHECK(responses.count == 3 && responses.waiting[2].command_id[0] == 0);
    responses_forget_unnamed(&responses);
    CHECK(responses.count == 1);
    CHECK_TEXT(responses.waiting[0].command_id, "id-1");
    for (int i = 0; i < 3 * RESPONSE_COUNT; i++) {
        responses_add(&responses, "id-2", 4, true, "d");
    }
    CHECK(responses.count == RESPONSE_COUNT);
    CHECK_TEXT(responses.waiting[0].command_id, "id-2");
}

void test_parts(void) {
    a_full_ring_forgets_the_oldest();
    a_reading_is_the_seed_devices_json();
    a_batch_holds_as_many_as_fit_and_is_whole();
    the_interval_is_found_only_as_a_whole_number_of_the_outermost_object();
    only_the_four_words_are_commands();
    the_pause_doubles_up_to_the_most_and_lies_between_half_and_all();
    answers_keep_what_can_be_named();
}
