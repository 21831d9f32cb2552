#include "esp_err.h"
#include "esp_log.h"
#include "esp_port.h"
#include "nvs.h"
#include "nvs_flash.h"

static const char TAG[] = "store";
static nvs_handle_t space;

void store_init(void) {
    esp_err_t ready = nvs_flash_init();
    if (ready == ESP_ERR_NVS_NO_FREE_PAGES || ready == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        /* What was there cannot be read: the board provisions itself again, which its old id forbids (409) until somebody deletes the device. */
        ESP_LOGW(TAG, "NVS cannot be read and is erased");
        ESP_ERROR_CHECK(nvs_flash_erase());
        ready = nvs_flash_init();
    }
    ESP_ERROR_CHECK(ready);
    ESP_ERROR_CHECK(nvs_open("millrace", NVS_READWRITE, &space));
}

bool store_load(void *context, const char *key, char *value, size_t size) {
    (void)context;
    return nvs_get_str(space, key, value, &size) == ESP_OK;
}

bool store_store(void *context, const char *key, const char *value) {
    (void)context;
    esp_err_t written = nvs_set_str(space, key, value);
    if (written == ESP_OK) {
        written = nvs_commit(space);
    }
    if (written != ESP_OK) {
        ESP_LOGE(TAG, "%s: %s", key, esp_err_to_name(written));
    }
    return written == ESP_OK;
}
