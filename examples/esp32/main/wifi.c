#include <stdatomic.h>
#include <string.h>

#include "backoff.h"
#include "esp_err.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_netif_sntp.h"
#include "esp_port.h"
#include "esp_random.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "sdkconfig.h"

static const char TAG[] = "wifi";

/* Touched by the event task alone; the timers only begin what it hears of. */
static struct backoff backoff;
static esp_timer_handle_t again;
static esp_timer_handle_t pause_over;
static atomic_bool up;

static void connect_again(void *argument) {
    (void)argument;
    if (esp_wifi_connect() != ESP_OK) {
        ESP_LOGW(TAG, "the radio does not try");
    }
}

static void say_up(void *argument) {
    (void)argument;
    atomic_store(&up, true);
}

static void stop_timer(esp_timer_handle_t timer) {
    esp_err_t stopped = esp_timer_stop(timer);
    if (stopped != ESP_ERR_INVALID_STATE) { /* it was not running */
        ESP_ERROR_CHECK(stopped);
    }
}

static void on_wifi(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    if (id == WIFI_EVENT_STA_START) {
        connect_again(NULL);
    } else if (id == WIFI_EVENT_STA_DISCONNECTED) {
        const wifi_event_sta_disconnected_t *gone = data;
        uint32_t delay = backoff_next(&backoff, esp_random());
        ESP_LOGW(TAG, "no network (reason %d), next attempt in %u ms", gone->reason, (unsigned)delay);
        atomic_store(&up, false);
        stop_timer(pause_over);
        stop_timer(again);
        ESP_ERROR_CHECK(esp_timer_start_once(again, (uint64_t)delay * 1000));
    }
}

static void on_address(void *argument, esp_event_base_t base, int32_t id, void *data) {
    (void)argument;
    (void)base;
    (void)id;
    const ip_event_got_ip_t *got = data;
    uint32_t pause = esp_random() % (CONFIG_MILLRACE_CONNECT_SPREAD_MS + 1);
    ESP_LOGI(TAG, "address " IPSTR ", connecting in %u ms", IP2STR(&got->ip_info.ip), (unsigned)pause);
    backoff_reset(&backoff);
    stop_timer(pause_over);
    ESP_ERROR_CHECK(esp_timer_start_once(pause_over, (uint64_t)pause * 1000));
}

void wifi_start(void) {
    backoff_init(&backoff, CONFIG_MILLRACE_RETRY_LEAST_MS, CONFIG_MILLRACE_RETRY_MOST_MS);
    const esp_timer_create_args_t again_is = {.callback = connect_again, .name = "wifi again"};
    const esp_timer_create_args_t pause_is = {.callback = say_up, .name = "wifi pause"};
    ESP_ERROR_CHECK(esp_timer_create(&again_is, &again));
    ESP_ERROR_CHECK(esp_timer_create(&pause_is, &pause_over));
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    esp_netif_create_default_wifi_sta();
    wifi_init_config_t defaults = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&defaults));
    ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi, NULL));
    ESP_ERROR_CHECK(esp_event_handler_register(IP_EVENT, IP_EVENT_STA_GOT_IP, on_address, NULL));
    wifi_config_t config = {.sta = {.ssid = CONFIG_MILLRACE_WIFI_SSID, .password = CONFIG_MILLRACE_WIFI_PASSWORD}};
    config.sta.threshold.authmode = CONFIG_MILLRACE_WIFI_PASSWORD[0] == 0 ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA2_PSK;
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_set_config(WIFI_IF_STA, &config));
    ESP_ERROR_CHECK(esp_wifi_start());
    esp_sntp_config_t sntp = ESP_NETIF_SNTP_DEFAULT_CONFIG(CONFIG_MILLRACE_SNTP_SERVER);
    /* Nobody waits for it: readings without a time are good readings. */
    sntp.wait_for_sync = false;
    ESP_ERROR_CHECK(esp_netif_sntp_init(&sntp));
}

bool wifi_is_up(void) {
    return atomic_load(&up);
}
