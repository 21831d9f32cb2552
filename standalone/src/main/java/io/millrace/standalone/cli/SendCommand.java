package io.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace send}. */
@Command(
        name = "send",
        description = {
            "Send a command to a device, over the REST API.",
            "Without --wait it ends as soon as the command is kept; it waits for a device that is away until it expires."
        },
        sortOptions = false)
public final class SendCommand extends ServerCommand {
    private static final Set<String> ENDS =
            Set.of("succeeded", "failed", "expired", "cancelled", "rejected", "unconfirmed");
    private static final Duration LOOK = Duration.ofMillis(250);

    enum Until {
        DELIVERED,
        RESULT
    }

    @Parameters(index = "0", paramLabel = "DEVICE", description = "Its id.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "PAYLOAD", description = "Goes to the device as it is: LED_ON, {\"fan\":1}.")
    private String payload = "";

    @Option(
            names = "--wait",
            arity = "0..1",
            paramLabel = "delivered|result",
            fallbackValue = "delivered",
            description =
                    "Show its way until the device has it, or until it has answered; exit code 1 if it comes to another end.")
    private @Nullable Until wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait at most (default: until it ends).")
    private @Nullable Integer timeout;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "How long it is good for: 60s, 1h30m (default: the server's, 1h).")
    private @Nullable String expires;

    @Option(names = "--qos", paramLabel = "0|1|2", description = "QoS (default: 1). 0 is never confirmed.")
    private @Nullable Integer qos;

    @Option(names = "--content-type", paramLabel = "TYPE", description = "What MQTT 5 devices are told of the payload.")
    private @Nullable String contentType;

    private int shown;

    @Override
    int run(Api api) {
        JsonNode accepted = api.post("/devices/" + Api.encoded(id) + "/commands", body());
        String command = accepted.path("commandId").asText();
        if (wait == null) {
            if (output().isJson()) {
                output().json(accepted);
            } else {
                output().line(command + "  " + accepted.path("status").asText());
            }
            return ExitCode.GOOD;
        }
        return await(api, command, wait);
    }

    private ObjectNode body() {
        ObjectNode body = Json.mapper().createObjectNode().put("payload", payload);
        if (expires != null) {
            body.put("expiresIn", expires);
        }
        if (qos != null) {
            body.put("qos", qos);
        }
        if (contentType != null) {
            body.put("contentType", contentType);
        }
        return body;
    }

    private int await(Api api, String command, Until until) {
        Integer seconds = timeout;
        long end = seconds == null ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            JsonNode now = api.get("/commands/" + command);
            String status = now.path("status").asText();
            if (!output().isJson()) {
                show(now.path("timeline"));
            }
            boolean delivered = status.equals("delivered");
            if (ENDS.contains(status) || delivered && until == Until.DELIVERED) {
                if (output().isJson()) {
                    output().json(now);
                } else if (now.has("result")) {
                    output().line("result    " + now.path("result"));
                }
                return delivered || status.equals("succeeded") ? ExitCode.GOOD : ExitCode.FAILED;
            }
            if (System.nanoTime() > end) {
                throw ApiFailure.failed(
                        "still " + status + " after " + seconds + " s; it goes on, see GET /commands/" + command);
            }
            pause();
        }
    }

    private void show(JsonNode timeline) {
        for (; shown < timeline.size(); shown++) {
            JsonNode step = timeline.get(shown);
            String where =
                    step.has("gateway") ? "  gateway " + step.path("gateway").asText() : "";
            String why = step.has("reason") ? "  " + step.path("reason").asText() : "";
            String event = step.path("event").asText();
            String status = step.path("status").asText();
            output().line(String.format(
                    Locale.ROOT,
                    "%-27s  %s%s%s",
                    step.path("at").asText(),
                    event.equals(status) ? event : event + " (" + status + ")",
                    where,
                    why));
        }
        output().flush();
    }

    private static void pause() {
        var unused = new CompletableFuture<Void>()
                .completeOnTimeout(null, LOOK.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
