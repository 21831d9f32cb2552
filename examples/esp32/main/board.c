#include "driver/gpio.h"
#include "esp_err.h"
#include "esp_port.h"
#include "sdkconfig.h"
#ifdef CONFIG_MILLRACE_INTERNAL_SENSOR
#include "driver/temperature_sensor.h"

static temperature_sensor_handle_t sensor;
#else
#include "esp_random.h"

static int32_t simulated = 2400;
#endif

static bool fan_on;

static void output(int pin) {
    const gpio_config_t config = {.pin_bit_mask = 1ULL << pin, .mode = GPIO_MODE_OUTPUT};
    ESP_ERROR_CHECK(gpio_config(&config));
    ESP_ERROR_CHECK(gpio_set_level((gpio_num_t)pin, 0));
}

void board_init(void) {
    output(CONFIG_MILLRACE_LED_GPIO);
    output(CONFIG_MILLRACE_FAN_GPIO);
#ifdef CONFIG_MILLRACE_INTERNAL_SENSOR
    const temperature_sensor_config_t config = TEMPERATURE_SENSOR_CONFIG_DEFAULT(-10, 80);
    ESP_ERROR_CHECK(temperature_sensor_install(&config, &sensor));
    ESP_ERROR_CHECK(temperature_sensor_enable(sensor));
#endif
}

/* Put your own sensor here: false when it does not answer, and the reading is left out. */
bool board_temperature(void *context, int32_t *centidegrees) {
    (void)context;
#ifdef CONFIG_MILLRACE_INTERNAL_SENSOR
    float celsius;
    if (temperature_sensor_get_celsius(sensor, &celsius) != ESP_OK) {
        return false;
    }
    *centidegrees = (int32_t)(celsius * 100);
#else
    /* A greenhouse in the sun: warmer until the fan runs, so that the rule that switches it has something to do. */
    simulated += (fan_on ? -40 : 40) + (int32_t)(esp_random() % 21) - 10;
    simulated = simulated < 1800 ? 1800 : simulated > 3500 ? 3500 : simulated;
    *centidegrees = simulated;
#endif
    return true;
}

void board_led(void *context, bool on) {
    (void)context;
    ESP_ERROR_CHECK(gpio_set_level((gpio_num_t)CONFIG_MILLRACE_LED_GPIO, on));
}

void board_fan(void *context, bool on) {
    (void)context;
    fan_on = on;
    ESP_ERROR_CHECK(gpio_set_level((gpio_num_t)CONFIG_MILLRACE_FAN_GPIO, on));
}
