/* The port for ESP-IDF: what each file gives to the others. */
#ifndef ESP_PORT_H
#define ESP_PORT_H

#include "device.h"

/* wifi.c: starts it and SNTP; it comes back by itself from then on. */
void wifi_start(void);
/* There is an address, and the pause is over that keeps a whole site from connecting at once after a power cut. */
bool wifi_is_up(void);

/* mqtt.c; the context of its functions is the device. */
bool mqtt_connect(void *context);
int mqtt_publish(void *context, const char *topic, const char *payload, size_t length);
bool mqtt_subscribe(void *context, const char *topic);
void mqtt_init(void);
/* Hands over to the device what has happened; waits at most that long for it. */
void mqtt_turn(struct device *device, uint32_t wait_ms);

/* provision.c */
int provision_request(void *context, const char *body, size_t length);

/* store.c: NVS. */
void store_init(void);
bool store_load(void *context, const char *key, char *value, size_t size);
bool store_store(void *context, const char *key, const char *value);

/* board.c: sensor, LED, fan. */
void board_init(void);
bool board_temperature(void *context, int32_t *centidegrees);
void board_led(void *context, bool on);
void board_fan(void *context, bool on);

#endif
