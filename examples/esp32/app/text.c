#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text text_in(char *buffer, size_t size) {
    buffer[0] = 0;
    return (struct text){.at = buffer, .size = size};
}

void text_add(struct text *text, const char *format, ...) {
    size_t room = text->size - text->length;
    va_list values;
    va_start(values, format);
    int wanted = text->full ? -1 : vsnprintf(text->at + text->length, room, format, values);
    va_end(values);
    if (wanted < 0 || (size_t)wanted >= room) {
        text->full = true;
        text->at[text->length] = 0;
        return;
    }
    text->length += (size_t)wanted;
}

void text_cut(struct text *text, size_t length) {
    text->length = length;
    text->at[length] = 0;
    text->full = false;
}

bool text_is_name(const char *value, size_t length) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
    if (length < 1 || length > 256) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (value[i] == 0 || strchr(allowed, value[i]) == NULL) {
            return false;
        }
    }
    return true;
}
