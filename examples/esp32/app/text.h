/* Text into a buffer of fixed size. What does not fit as a whole is not written, and the text says so. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *at;
    size_t size; /* of the buffer, with room for the 0 at the end */
    size_t length;
    bool full;
};

struct text text_in(char *buffer, size_t size);
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Back to an earlier length, whole again. */
void text_cut(struct text *text, size_t length);
/* 1 to 256 characters of A-Z a-z 0-9 . _ : - : what ids are made of, and what needs no escape in JSON. */
bool text_is_name(const char *value, size_t length);

#endif
