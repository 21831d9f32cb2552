/* Readings that the server has not acknowledged, oldest first. Full, it forgets the oldest and counts that. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reading {
    uint64_t taken_ms; /* uptime */
    uint32_t message_id;
    int32_t centidegrees;
    bool led;
    bool fan;
};

struct ring {
    struct reading *slots;
    size_t capacity;
    size_t first;
    size_t count;
    uint32_t dropped; /* since the start */
};

/* The slots are the caller's, for as long as the ring lives. */
void ring_init(struct ring *ring, struct reading *slots, size_t capacity);
/* True if the oldest had to go for it. */
bool ring_push(struct ring *ring, const struct reading *reading);
/* The one at `index` from the oldest; index < count. */
const struct reading *ring_at(const struct ring *ring, size_t index);
void ring_pop(struct ring *ring, size_t count);

#endif
