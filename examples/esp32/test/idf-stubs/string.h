/* newlib has strlcpy; glibc before 2.38 has not. */
#pragma once
#include_next <string.h>
size_t strlcpy(char *to, const char *from, size_t size);
