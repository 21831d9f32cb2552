/* What a command's payload means. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

enum command { COMMAND_LED_ON, COMMAND_LED_OFF, COMMAND_FAN_ON, COMMAND_FAN_OFF, COMMAND_UNKNOWN };

/* Exactly one of the four words; a line end or a blank after it is forgiven. */
enum command command_parse(const char *payload, size_t length);

#endif
