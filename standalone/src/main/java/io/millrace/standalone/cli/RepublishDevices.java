package io.millrace.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code millrace devices republish}. */
@Command(
        name = "republish",
        description = {
            "Make the Kafka topics device-registry and access-keys say what PostgreSQL says.",
            "After a topic was lost, or the database restored from a backup. Needs an admin's key."
        },
        sortOptions = false)
final class RepublishDevices extends ServerCommand {
    @Override
    int run(Api api) {
        AtomicBoolean done = new AtomicBoolean();
        try (Stream<String> lines = api.lines("POST", "/devices/republish", "", BodyPublishers.noBody())) {
            lines.forEach(line -> done.set(show(line)));
        }
        if (!done.get()) {
            throw ApiFailure.failed("broken off; ask again (the log of the command service says more)");
        }
        return ExitCode.GOOD;
    }

    private boolean show(String line) {
        JsonNode json = Json.read(line.getBytes(UTF_8), JsonNode.class);
        boolean done = json.path("done").asBoolean();
        if (output().isJson()) {
            output().line(line);
        } else {
            output().line(json.path("devices").asText() + " devices, "
                    + json.path("keys").asText() + " keys, "
                    + json.path("tombstones").asText() + " tombstones" + (done ? ", done" : " ..."));
        }
        output().flush();
        return done;
    }
}
