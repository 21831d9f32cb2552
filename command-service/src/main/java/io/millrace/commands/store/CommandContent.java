package io.millrace.commands.store;

import io.millrace.commands.life.Terms;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a person or a program wants one or many devices to be told, and on which terms. */
public record CommandContent(byte[] payload, Optional<String> contentType, int qos, Duration expiresIn, Terms terms) {

    /** For that device, from now on. */
    public CommandRequest request(String id, DeviceId device, String user, Instant now) {
        return new CommandRequest(
                id,
                device,
                payload,
                contentType,
                CommandRequest.Origin.API,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(user),
                qos,
                0,
                now,
                now.plus(expiresIn));
    }
}
