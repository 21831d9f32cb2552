/* As much reading of JSON as a configuration needs: a whole number of the outermost object. No memory, no recursion. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdint.h>

enum json_found { JSON_FOUND, JSON_ABSENT, JSON_NOT_A_NUMBER, JSON_BROKEN };

/*
 * Finds `key` in the outermost object, whatever is nested elsewhere. Its value must be a whole number between -2147483648 and 2147483647, without exponent
 * and fraction. A key that is there twice counts the last time, as with most readers. `value` is touched only when found.
 */
enum json_found json_int(const char *json, size_t length, const char *key, int32_t *value);

#endif
