#include "provisioning.h"

#include <string.h>

#include "text.h"

bool provisioning_secret(const struct port *port, char secret[SECRET_SIZE]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (port->load(port->context, "secret", secret, SECRET_SIZE) && strlen(secret) == SECRET_LENGTH) {
        return true;
    }
    for (int i = 0; i < SECRET_LENGTH; i++) {
        secret[i] = letters[port->random(port->context) % 64];
    }
    secret[SECRET_LENGTH] = 0;
    return port->store(port->context, "secret", secret);
}

bool provisioning_done(const struct port *port) {
    char value[4];
    return port->load(port->context, "provisioned", value, sizeof value) && strcmp(value, "yes") == 0;
}

enum provisioned provisioning_ask(const struct port *port, const char *device_id, const char *type) {
    char secret[SECRET_SIZE];
    char body[512];
    struct text json = text_in(body, sizeof body);
    if (!provisioning_secret(port, secret)) {
        port->log(port->context, "provisioning: the secret could not be stored");
        return PROVISION_LATER;
    }
    text_add(&json, "{\"deviceId\":\"%s\",\"type\":\"%s\",\"secret\":\"%s\"}", device_id, type, secret);
    int status = port->provision(port->context, json.at, json.length);
    memset(secret, 0, sizeof secret);
    memset(body, 0, sizeof body);
    char line[128];
    struct text said = text_in(line, sizeof line);
    if (status == 200 || status == 201) {
        port->log(port->context, "provisioned");
        return port->store(port->context, "provisioned", "yes") ? PROVISIONED : PROVISION_LATER;
    }
    text_add(&said, "provisioning: %d %s", status,
             status == 409                    ? "this id is taken: delete or rotate the device, or give this board another id"
             : status == 401 || status == 403 ? "the provisioning key is unknown, revoked or expired"
             : status < 0                     ? "nobody answers"
                                              : "");
    port->log(port->context, line);
    return status < 0 || status == 429 || status >= 500 ? PROVISION_LATER : PROVISION_REFUSED;
}
