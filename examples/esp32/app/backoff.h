/* How long to wait before the next attempt: twice as long each time, and never as long as the neighbour. */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

struct backoff {
    uint32_t least_ms;
    uint32_t most_ms;
    uint32_t step_ms;
};

void backoff_init(struct backoff *backoff, uint32_t least_ms, uint32_t most_ms);
/* Between half of the step and the whole of it, by `random`; the step doubles up to the most. */
uint32_t backoff_next(struct backoff *backoff, uint32_t random);
void backoff_reset(struct backoff *backoff);

#endif
