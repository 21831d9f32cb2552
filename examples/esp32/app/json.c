#include "json.h"

#include <stdbool.h>
#include <string.h>

struct cursor {
    const char *at;
    const char *end;
};

static void skip_space(struct cursor *cursor) {
    while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) != NULL && *cursor->at != 0) {
        cursor->at++;
    }
}

static bool take(struct cursor *cursor, char wanted) {
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != wanted) {
        return false;
    }
    cursor->at++;
    return true;
}

/* Behind the closing quote; what is between the quotes goes to `from` and `length`, escapes as they stand. */
static bool take_string(struct cursor *cursor, const char **from, size_t *length) {
    if (!take(cursor, '"')) {
        return false;
    }
    *from = cursor->at;
    while (cursor->at < cursor->end && *cursor->at != '"') {
        cursor->at += *cursor->at == '\\' && cursor->end - cursor->at > 1 ? 2 : 1;
    }
    *length = (size_t)(cursor->at - *from);
    return take(cursor, '"');
}

/* Over a value of any kind: what is nested is counted, not understood. */
static bool skip_value(struct cursor *cursor) {
    size_t depth = 0;
    skip_space(cursor);
    const char *start = cursor->at;
    while (cursor->at < cursor->end) {
        char now = *cursor->at;
        if (now == '"') {
            const char *from;
            size_t length;
            if (!take_string(cursor, &from, &length)) {
                return false;
            }
            continue;
        }
        if (depth == 0 && (now == ',' || now == '}' || now == ']')) {
            break;
        }
        if (now == '{' || now == '[') {
            depth++;
        } else if (now == '}' || now == ']') {
            depth--;
        }
        cursor->at++;
    }
    return depth == 0 && cursor->at > start;
}

static enum json_found whole_number(const char *from, const char *end, int32_t *value) {
    bool negative = from < end && *from == '-';
    from += negative ? 1 : 0;
    while (end > from && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != 0) {
        end--;
    }
    if (from == end || (*from == '0' && end - from > 1)) {
        return JSON_NOT_A_NUMBER;
    }
    int64_t sum = 0;
    for (; from < end; from++) {
        if (*from < '0' || *from > '9') {
            return JSON_NOT_A_NUMBER;
        }
        sum = sum * 10 + (*from - '0');
        if (sum > (int64_t)INT32_MAX + 1) {
            return JSON_NOT_A_NUMBER;
        }
    }
    sum = negative ? -sum : sum;
    if (sum > INT32_MAX) {
        return JSON_NOT_A_NUMBER;
    }
    *value = (int32_t)sum;
    return JSON_FOUND;
}

enum json_found json_int(const char *json, size_t length, const char *key, int32_t *value) {
    struct cursor cursor = {json, json + length};
    enum json_found found = JSON_ABSENT;
    int32_t last = 0;
    if (!take(&cursor, '{')) {
        return JSON_BROKEN;
    }
    if (take(&cursor, '}')) {
        skip_space(&cursor);
        return cursor.at == cursor.end ? JSON_ABSENT : JSON_BROKEN;
    }
    do {
        const char *name;
        size_t name_length;
        if (!take_string(&cursor, &name, &name_length) || !take(&cursor, ':')) {
            return JSON_BROKEN;
        }
        skip_space(&cursor);
        const char *from = cursor.at;
        if (!skip_value(&cursor)) {
            return JSON_BROKEN;
        }
        if (name_length == strlen(key) && memcmp(name, key, name_length) == 0) {
            found = whole_number(from, cursor.at, &last);
        }
    } while (take(&cursor, ','));
    if (!take(&cursor, '}')) {
        return JSON_BROKEN;
    }
    skip_space(&cursor);
    if (cursor.at != cursor.end) {
        return JSON_BROKEN;
    }
    *value = found == JSON_FOUND ? last : *value;
    return found;
}
