package io.millrace.rules.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleExplanation;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ops ports of running engines, asked one after the other: the one that has the device answers. */
final class RunningEngines {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final List<URI> engines;
    private final Optional<Path> tokenFile;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    RunningEngines(List<URI> engines, Optional<Path> tokenFile) {
        this.engines = engines;
        this.tokenFile = tokenFile;
    }

    RuleExplanation explain(String rule, String device) throws Unusable {
        Optional<String> token = token();
        List<String> refusals = new ArrayList<>();
        boolean unknown = true;
        for (URI engine : engines) {
            try {
                HttpResponse<byte[]> response =
                        client.send(request(engine, rule, device, token), HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() == 200) {
                    return Json.read(response.body(), RuleExplanation.class);
                }
                unknown &= response.statusCode() == 404;
                refusals.add(engine + ": " + reason(response));
            } catch (IOException | IllegalArgumentException unreachable) {
                unknown = false;
                refusals.add(engine + ": " + unreachable);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new Unusable(ExitCode.FAILED, "interrupted");
            }
        }
        throw new Unusable(
                unknown ? ExitCode.WRONG_USAGE : ExitCode.FAILED, "no engine explains: " + String.join("; ", refusals));
    }

    private static HttpRequest request(URI engine, String rule, String device, Optional<String> token) {
        String query =
                "/explain?device=" + URLEncoder.encode(device, UTF_8) + "&rule=" + URLEncoder.encode(rule, UTF_8);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(engine.resolve(query)).timeout(TIMEOUT);
        token.ifPresent(shown -> request.setHeader("Authorization", "Bearer " + shown));
        return request.build();
    }

    /** The detail of a problem document, if it is one. */
    private static String reason(HttpResponse<byte[]> response) {
        String status = "answers " + response.statusCode();
        try {
            JsonNode detail = Json.read(response.body(), JsonNode.class).path("detail");
            return detail.isTextual() ? detail.textValue() : status;
        } catch (IllegalArgumentException other) {
            return status;
        }
    }

    private Optional<String> token() throws Unusable {
        if (tokenFile.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(tokenFile.get()).strip());
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }
}
