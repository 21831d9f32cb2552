#include "responses.h"

#include <string.h>

#include "text.h"

void responses_add(struct responses *responses, const char *command_id, size_t length, bool succeeded, const char *detail) {
    if (responses->count == RESPONSE_COUNT) {
        responses_remove_first(responses);
    }
    struct response *added = &responses->waiting[responses->count++];
    *added = (struct response){.succeeded = succeeded, .detail = detail};
    if (command_id != NULL && length < RESPONSE_ID_SIZE && text_is_name(command_id, length)) {
        memcpy(added->command_id, command_id, length);
    }
}

void responses_remove_first(struct responses *responses) {
    responses->count--;
    memmove(responses->waiting, responses->waiting + 1, responses->count * sizeof responses->waiting[0]);
}

void responses_forget_unnamed(struct responses *responses) {
    size_t kept = 0;
    for (size_t i = 0; i < responses->count; i++) {
        if (responses->waiting[i].command_id[0] != 0) {
            responses->waiting[kept++] = responses->waiting[i];
        }
    }
    responses->count = kept;
}
