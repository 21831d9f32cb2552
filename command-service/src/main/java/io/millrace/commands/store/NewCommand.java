package io.millrace.commands.store;

import io.millrace.commands.life.Terms;
import io.millrace.schemas.CommandRequest;
import java.util.Optional;

/**
 * A command that is to be.
 *
 * @param idempotencyKey by which its sender knows it; the same one for a device means the same command
 * @param batch of which it is a part
 */
public record NewCommand(CommandRequest request, Terms terms, Optional<String> idempotencyKey, Optional<String> batch) {

    /** As rules and operators over MQTT wish it. */
    public static NewCommand plain(CommandRequest request) {
        return new NewCommand(request, Terms.NONE, Optional.empty(), Optional.empty());
    }
}
