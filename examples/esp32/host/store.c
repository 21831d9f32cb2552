#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

static bool path_of(const struct host *host, const char *key, const char *end, char path[512]) {
    int length = snprintf(path, 512, "%s/%s%s", host->directory, key, end);
    return length > 0 && length < 512;
}

bool host_load(void *context, const char *key, char *value, size_t size) {
    char path[512];
    if (!path_of(context, key, "", path)) {
        return false;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    size_t length = fread(value, 1, size - 1, file);
    value[length] = 0;
    bool whole = feof(file) || fgetc(file) == EOF;
    fclose(file);
    return whole;
}

/* Beside it first, then in its place: a power cut leaves the old value or the new one. */
bool host_store(void *context, const char *key, const char *value) {
    char path[512];
    char beside[512];
    if (!path_of(context, key, "", path) || !path_of(context, key, ".new", beside)) {
        return false;
    }
    int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) {
        fprintf(stderr, "%s: %s\n", beside, strerror(errno));
        return false;
    }
    size_t length = strlen(value);
    bool written = write(file, value, length) == (ssize_t)length && fsync(file) == 0;
    return close(file) == 0 && written && rename(beside, path) == 0;
}
