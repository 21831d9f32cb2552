#include "command.h"

#include <string.h>

enum command command_parse(const char *payload, size_t length) {
    static const char *const words[] = {"LED_ON", "LED_OFF", "FAN_ON", "FAN_OFF"};
    while (length > 0 && (payload[length - 1] == '\n' || payload[length - 1] == '\r' || payload[length - 1] == ' ')) {
        length--;
    }
    for (int i = 0; i < COMMAND_UNKNOWN; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], payload, length) == 0) {
            return (enum command)i;
        }
    }
    return COMMAND_UNKNOWN;
}
