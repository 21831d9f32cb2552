/* Answers to commands that wait to be sent. The oldest goes when there are too many. */
#ifndef RESPONSES_H
#define RESPONSES_H

#include <stdbool.h>
#include <stddef.h>

enum { RESPONSE_COUNT = 8, RESPONSE_ID_SIZE = 65 };

struct response {
    char command_id[RESPONSE_ID_SIZE]; /* empty: not known (MQTT 3.1.1) */
    bool succeeded;
    const char *detail; /* a literal: needs no escape */
};

struct responses {
    struct response waiting[RESPONSE_COUNT];
    size_t count;
};

/* An id that is too long, or would have to be escaped, counts as not known. */
void responses_add(struct responses *responses, const char *command_id, size_t length, bool succeeded, const char *detail);
void responses_remove_first(struct responses *responses);
/* Without an id an answer is for the last command that this session was given: in another session it would be a lie. */
void responses_forget_unnamed(struct responses *responses);

#endif
