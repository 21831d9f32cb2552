#include <inttypes.h>
#include <stdio.h>
#include <sys/time.h>

#include "esp_err.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_port.h"
#include "esp_random.h"
#include "esp_timer.h"
#include "sdkconfig.h"

static struct device device;
static struct reading slots[CONFIG_MILLRACE_RING_READINGS];
static char device_id[65];

static uint64_t uptime_ms(void *context) {
    (void)context;
    return (uint64_t)(esp_timer_get_time() / 1000);
}

/* Before SNTP has answered the clock stands in 1970. */
static int64_t unix_ms(void *context) {
    (void)context;
    struct timeval now;
    gettimeofday(&now, NULL);
    return now.tv_sec < 1700000000 ? 0 : (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000;
}

static uint32_t random32(void *context) {
    (void)context;
    return esp_random();
}

static void print(void *context, const char *line) {
    (void)context;
    ESP_LOGI("device", "%s", line);
}

/* All six bytes: with the last three, which is esp-mqtt's default, boards of different makers collide. */
static void name_device(void) {
    uint8_t mac[6];
    if (CONFIG_MILLRACE_DEVICE_ID[0] != 0) {
        snprintf(device_id, sizeof device_id, "%s", CONFIG_MILLRACE_DEVICE_ID);
        return;
    }
    ESP_ERROR_CHECK(esp_read_mac(mac, ESP_MAC_WIFI_STA));
    snprintf(device_id, sizeof device_id, "esp32-%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

void app_main(void) {
    static const struct port port = {.context = &device,
                                     .connect = mqtt_connect,
                                     .publish = mqtt_publish,
                                     .subscribe = mqtt_subscribe,
                                     .provision = provision_request,
                                     .uptime_ms = uptime_ms,
                                     .unix_ms = unix_ms,
                                     .random = random32,
                                     .load = store_load,
                                     .store = store_store,
                                     .temperature = board_temperature,
                                     .led = board_led,
                                     .fan = board_fan,
                                     .log = print};
    store_init();
    board_init();
    name_device();
    mqtt_init();
    wifi_start();
    const struct device_settings settings = {.id = device_id,
                                             .type = CONFIG_MILLRACE_DEVICE_TYPE,
                                             .firmware = CONFIG_MILLRACE_FIRMWARE_VERSION,
                                             .provision = CONFIG_MILLRACE_DEVICE_SECRET[0] == 0,
                                             .interval_s = CONFIG_MILLRACE_INTERVAL_S,
                                             .retry_least_ms = CONFIG_MILLRACE_RETRY_LEAST_MS,
                                             .retry_most_ms = CONFIG_MILLRACE_RETRY_MOST_MS,
                                             .batch_bytes = CONFIG_MILLRACE_BATCH_BYTES,
                                             .slots = slots,
                                             .slot_count = CONFIG_MILLRACE_RING_READINGS};
    ESP_LOGI("device", "this is %s", device_id);
    if (!device_init(&device, &port, &settings)) {
        ESP_LOGE("device", "change it in idf.py menuconfig, \"Millrace\"");
        return;
    }
    for (;;) {
        mqtt_turn(&device, device_tick(&device));
    }
}
