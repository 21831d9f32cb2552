package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import java.time.Duration;

/** Who a client is, as far as its CONNECT can tell. */
public sealed interface Identity {
    /** @param credential with what it has shown so */
    record Device(DeviceId id, Credential credential) implements Identity {}

    /**
     * A person or program with an API key.
     *
     * @param name of the key
     */
    record Operator(String keyId, String name, Role role) implements Identity {}

    /**
     * Who has a key for provisioning, and may do nothing else.
     *
     * @param name of the key
     */
    record Provisioner(String keyId, String name) implements Identity {}

    /** Unknown, or a wrong secret: nobody is told which. */
    record BadCredentials() implements Identity {}

    /**
     * Too many attempts have failed: this one was not looked at.
     *
     * @param retryAfter until the next one will be
     */
    record TooManyFailures(Duration retryAfter) implements Identity {}

    /** Known and right, but not wanted: disabled, or a role that has nothing to do here. */
    record NotAuthorized() implements Identity {}

    /** The client id says another device than the credentials, or there is none where it is needed. */
    record BadClientId() implements Identity {}
}
