#pragma once
#include <stdint.h>
typedef struct {
    char *correlation_data;
    uint16_t correlation_data_len;
} esp_mqtt5_event_property_t;
