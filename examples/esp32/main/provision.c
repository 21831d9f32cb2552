#include "esp_err.h"
#include "esp_http_client.h"
#include "esp_log.h"
#include "esp_port.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"
#include "trust.h"

/* The answer's body is not needed: the board has made its secret itself. */
int provision_request(void *context, const char *body, size_t length) {
    (void)context;
    for (int waited = 0; !wifi_is_up(); waited += 100) {
        if (waited >= 10000) {
            return -1;
        }
        vTaskDelay(pdMS_TO_TICKS(100));
    }
    const esp_http_client_config_t config = {.url = CONFIG_MILLRACE_PROVISION_URL,
                                             .method = HTTP_METHOD_POST,
                                             .timeout_ms = 15000,
                                             .disable_auto_redirect = true,
                                             .cert_pem = TRUST_CERTIFICATE,
                                             .crt_bundle_attach = TRUST_BUNDLE};
    esp_http_client_handle_t client = esp_http_client_init(&config);
    if (client == NULL) {
        return -1;
    }
    int status = -1;
    if (esp_http_client_set_header(client, "Authorization", "Bearer " CONFIG_MILLRACE_PROVISIONING_KEY) == ESP_OK
        && esp_http_client_set_header(client, "Content-Type", "application/json") == ESP_OK
        && esp_http_client_set_post_field(client, body, (int)length) == ESP_OK) {
        esp_err_t done = esp_http_client_perform(client);
        if (done == ESP_OK) {
            status = esp_http_client_get_status_code(client);
        } else {
            ESP_LOGW("provision", "%s: %s", CONFIG_MILLRACE_PROVISION_URL, esp_err_to_name(done));
        }
    }
    ESP_ERROR_CHECK(esp_http_client_cleanup(client));
    return status;
}
