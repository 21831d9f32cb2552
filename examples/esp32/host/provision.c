#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host.h"

static int open_socket(const struct host *host) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct timeval patience = {.tv_sec = 15};
    if (getaddrinfo(host->provision_host, host->provision_port, &hints, &found) != 0) {
        return -1;
    }
    int open = -1;
    for (struct addrinfo *at = found; at != NULL && open < 0; at = at->ai_next) {
        int made = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
        if (made >= 0 && setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0
            && connect(made, at->ai_addr, at->ai_addrlen) == 0) {
            open = made;
        } else if (made >= 0) {
            close(made);
        }
    }
    freeaddrinfo(found);
    return open;
}

/* One request over plain HTTP: on loopback only. A board does it over HTTPS. */
int host_provision(void *context, const char *body, size_t length) {
    struct host *host = context;
    char request[2048];
    char answer[16];
    int size = snprintf(request, sizeof request,
                        "POST /provision HTTP/1.1\r\nHost: %s:%s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\nConnection: close\r\n\r\n%.*s",
                        host->provision_host, host->provision_port, host->provisioning_key, length, (int)length, body);
    if (size < 0 || (size_t)size >= sizeof request) {
        return -1;
    }
    int server = open_socket(host);
    if (server < 0) {
        return -1;
    }
    int status = -1;
    size_t read = 0;
    if (send(server, request, (size_t)size, MSG_NOSIGNAL) == size) {
        ssize_t got;
        while (read < sizeof answer - 1 && (got = recv(server, answer + read, sizeof answer - 1 - read, 0)) > 0) {
            read += (size_t)got;
        }
        answer[read] = 0;
        if (sscanf(answer, "HTTP/1.%*c %3d", &status) != 1) {
            status = -1;
        }
    }
    close(server);
    return status;
}
