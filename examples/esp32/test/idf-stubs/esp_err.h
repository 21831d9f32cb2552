#pragma once
#include <stdint.h>
typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERR_INVALID_STATE 0x103
const char *esp_err_to_name(esp_err_t code);
void stub_abort(esp_err_t code);
#define ESP_ERROR_CHECK(x) \
    do { \
        esp_err_t stub_code = (x); \
        if (stub_code != ESP_OK) { \
            stub_abort(stub_code); \
        } \
    } while (0)
