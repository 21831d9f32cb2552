#include "backoff.h"

void backoff_init(struct backoff *backoff, uint32_t least_ms, uint32_t most_ms) {
    backoff->least_ms = least_ms < 2 ? 2 : least_ms;
    backoff->most_ms = most_ms < backoff->least_ms ? backoff->least_ms : most_ms;
    backoff_reset(backoff);
}

uint32_t backoff_next(struct backoff *backoff, uint32_t random) {
    uint32_t step = backoff->step_ms;
    backoff->step_ms = step > backoff->most_ms / 2 ? backoff->most_ms : step * 2;
    return step - random % (step / 2 + 1);
}

void backoff_reset(struct backoff *backoff) {
    backoff->step_ms = backoff->least_ms;
}
