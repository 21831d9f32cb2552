#include "ring.h"

void ring_init(struct ring *ring, struct reading *slots, size_t capacity) {
    *ring = (struct ring){.slots = slots, .capacity = capacity};
}

bool ring_push(struct ring *ring, const struct reading *reading) {
    bool full = ring->count == ring->capacity;
    if (full) {
        ring_pop(ring, 1);
        ring->dropped++;
    }
    ring->slots[(ring->first + ring->count) % ring->capacity] = *reading;
    ring->count++;
    return full;
}

const struct reading *ring_at(const struct ring *ring, size_t index) {
    return &ring->slots[(ring->first + index) % ring->capacity];
}

void ring_pop(struct ring *ring, size_t count) {
    if (count > ring->count) {
        count = ring->count;
    }
    ring->first = (ring->first + count) % ring->capacity;
    ring->count -= count;
}
