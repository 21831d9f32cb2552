#include "check.h"

int failures;

int main(void) {
    test_parts();
    test_device();
    printf("%s: %d failed\n", failures == 0 ? "good" : "bad", failures);
    return failures == 0 ? 0 : 1;
}
