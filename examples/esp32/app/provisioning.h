/*
 * How a board without a secret gets one. It draws the secret itself and stores it before it asks, so an answer that gets lost costs nothing: it asks again
 * with the same secret until it hears 200 or 201 (docs/identity.md).
 */
#ifndef PROVISIONING_H
#define PROVISIONING_H

#include "port.h"

enum { SECRET_LENGTH = 32, SECRET_SIZE = SECRET_LENGTH + 1 };

enum provisioned {
    PROVISIONED,
    PROVISION_LATER,  /* nobody answered, or it is asked to come again */
    PROVISION_REFUSED /* somebody has to do something: the log says what */
};

/* The secret that is stored, or one drawn and stored now. False: it could not be stored. */
bool provisioning_secret(const struct port *port, char secret[SECRET_SIZE]);
bool provisioning_done(const struct port *port);
/* Asks once; remembers success in the store. */
enum provisioned provisioning_ask(const struct port *port, const char *device_id, const char *type);

#endif
