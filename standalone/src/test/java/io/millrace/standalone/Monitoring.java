package io.millrace.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the dashboards and alerts of deploy/ ask Prometheus. */
final class Monitoring {
    /** What the first word of a metric's name is: those of our services, of Java and of Micrometer. */
    private static final Pattern OURS = Pattern.compile(
            "\\b(?:gateway|rules|commands|intake|history|registry|webhooks|http_requests|jvm|process|system)_[a-z_]+\\b");

    private Monitoring() {}

    static List<JsonNode> dashboards() throws IOException {
        List<JsonNode> boards = new ArrayList<>();
        try (Stream<Path> files = Files.list(ComposeFile.DEPLOY.resolve("grafana/dashboards"))) {
            for (Path file : files.sorted().toList()) {
                boards.add(new ObjectMapper().readTree(file.toFile()));
            }
        }
        return boards;
    }

    static JsonNode alerts() throws IOException {
        return ComposeFile.yaml(Files.readString(ComposeFile.DEPLOY.resolve("prometheus/alerts.yml")));
    }

    /** The names of our own metrics in all expressions. */
    static Set<String> names() throws IOException {
        Stream<JsonNode> expressions = Stream.concat(
                dashboards().stream().flatMap(board -> board.findValues("expr").stream()),
                alerts().findValues("expr").stream());
        return expressions
                .flatMap(expression -> OURS.matcher(expression.asText()).results())
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names that the ops port on this host shows. */
    static Set<String> exposed(int opsPort) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + opsPort + "/metrics"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofLines())
                .body()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
