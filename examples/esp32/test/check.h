/* Says where a claim failed and goes on; main() ends with the count. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

extern int failures;

#define CHECK(claim) \
    do { \
        if (!(claim)) { \
            failures++; \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #claim); \
        } \
    } while (0)

#define CHECK_TEXT(actual, expected) \
    do { \
        if (strcmp((actual), (expected)) != 0) { \
            failures++; \
            printf("%s:%d: expected %s\n  but it is %s\n", __FILE__, __LINE__, (expected), (actual)); \
        } \
    } while (0)

void test_parts(void);
void test_device(void);

#endif
