package io.millrace.commands;

import io.millrace.commands.access.Passwords;
import io.millrace.commands.api.ServerConfig;
import io.millrace.commands.intake.OwnTime;
import io.millrace.commands.webhook.WebhooksConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.schemas.PskMaster;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The command service's settings.
 *
 * @param pskMaster from which devices' keys for TLS-PSK are derived; the same as the gateways'
 * @param ruleEngines ops ports of the rule engines
 * @param ruleEnginesToken their {@code ops.token}
 * @param rulesGroup consumer group of the rule engines, without the topics' prefix
 * @param instance fixed name of this instance in its consumer groups; empty joins as a new member each time
 */
public record CommandServiceConfig(
        HttpConfig http,
        AccessConfig access,
        DatabaseConfig database,
        AdminConfig admin,
        CommandsConfig commands,
        HistoryConfig history,
        WebhooksConfig webhooks,
        Optional<PskMaster> pskMaster,
        List<URI> ruleEngines,
        Optional<String> ruleEnginesToken,
        String rulesGroup,
        Optional<String> instance,
        KafkaSettings kafka) {

    /** Consumer group of those that take telemetry to PostgreSQL. */
    public static final String HISTORY_GROUP = "command-service-history";

    private static final Duration LEAST_HISTORY = Duration.ofHours(1);

    public CommandServiceConfig {
        ruleEngines = List.copyOf(ruleEngines);
    }

    /**
     * The REST API.
     *
     * @param maxBody bytes of a request
     */
    public record HttpConfig(String host, int port, ServerConfig server, int maxBody) {}

    /**
     * PostgreSQL.
     *
     * @param url {@code postgresql://host:port/database}
     * @param tlsCa PEM file; present: TLS always, with a certificate by one of these authorities for the host in {@code url}
     * @param migrate whether a start brings the tables to this version's shape, or waits until somebody has
     */
    public record DatabaseConfig(
            String url, String user, String password, Optional<Path> tlsCa, int poolSize, boolean migrate) {
        /** Without the password. */
        @Override
        public String toString() {
            return url + " as " + user;
        }
    }

    /** The first user; an absent password is made up. */
    public record AdminConfig(String username, Optional<String> password) {
        /** Without the password. */
        @Override
        public String toString() {
            return username;
        }
    }

    /**
     * Commands.
     *
     * @param defaultExpiry of those sent over REST that name none
     * @param dispatchTimeout after which a command that is sent and of which nothing is heard is sent again
     * @param maxPayload bytes
     */
    public record CommandsConfig(
            Duration defaultExpiry, Duration dispatchTimeout, int maxPayload, Duration retention) {}

    /**
     * Telemetry in PostgreSQL.
     *
     * @param ownTime whether readings say when they were taken
     * @param timescale whether TimescaleDB is used where it can be had
     * @param recorder who takes it there
     */
    public record HistoryConfig(Duration retention, OwnTime ownTime, boolean timescale, Recorder recorder) {
        public HistoryConfig(Duration retention, OwnTime ownTime, boolean timescale) {
            this(retention, ownTime, timescale, Recorder.HERE);
        }

        /** How far back readings that come now may lie, at least that lag, at most as long as they are kept. */
        public Duration backlog(Duration lag) {
            Duration own = ownTime.field().isPresent() ? ownTime.maxBacklog() : Duration.ZERO;
            return Collections.min(List.of(retention, Collections.max(List.of(lag, own))));
        }
    }

    /** Whether this instance takes readings and reported state to PostgreSQL, beside its other work. */
    public enum Recorder {
        HERE,
        /** Other instances do. */
        ELSEWHERE,
        /** It does nothing else: no API, no commands. */
        ONLY;

        static Recorder of(Settings settings) {
            String path = "history.recorder";
            String text = settings.text(
                    path,
                    "here",
                    "Whether this instance takes telemetry to PostgreSQL: here, elsewhere (others do), or only (it does nothing else and has"
                            + " no API).");
            return Arrays.stream(values())
                    .filter(recorder -> recorder.name().equals(text.toUpperCase(Locale.ROOT)))
                    .findAny()
                    .orElseGet(() -> {
                        settings.problem(path, "\"" + text + "\"", "expected here, elsewhere or only");
                        return HERE;
                    });
        }
    }

    public static CommandServiceConfig of(Settings settings) {
        return new CommandServiceConfig(
                http(settings),
                AccessConfig.of(settings),
                database(settings),
                admin(settings),
                commands(settings),
                history(settings),
                WebhooksConfig.of(settings),
                pskMaster(settings),
                ruleEngines(settings),
                settings.secret(
                        "rules.engines-token",
                        "The rule engines' ops.token, for GET /devices/{id}/rules; without one only an engine on this host answers that."),
                settings.text(
                        "rules.application-id",
                        "millrace-rules",
                        "The rule engines' rules.application-id: whose lag GET /overview tells."),
                settings.optionalText(
                        "instance.id",
                        "Fixed name of this instance, different from all others: after a restart it takes its place at"
                                + " once. Without it a killed instance is missed only after 10 s."),
                KafkaSettings.of(settings));
    }

    private static AdminConfig admin(Settings settings) {
        String username = settings.text("admin.username", "admin", "Name of the user that the first start creates.");
        if (!username.matches("[A-Za-z0-9._@-]{1,64}")) {
            settings.problem(
                    "admin.username",
                    "\"" + username + "\"",
                    "expected 1 to 64 characters of letters, digits and . _ @ -");
        }
        Optional<String> password = settings.secret(
                "admin.password",
                "Password of the user that the first start creates; without it one is made up and shown once.");
        password.filter(given -> !Passwords.isAcceptable(given))
                .ifPresent(given -> settings.problem(
                        "admin.password",
                        given.length() + " characters",
                        "expected at least " + Passwords.MIN_LENGTH + " characters, at most " + Passwords.MAX_BYTES
                                + " bytes in UTF-8"));
        return new AdminConfig(username, password);
    }

    private static HistoryConfig history(Settings settings) {
        Duration retention = settings.duration(
                "history.retention",
                Duration.ofDays(30),
                "How long telemetry stays in PostgreSQL, at least 1h. It goes by whole days (UTC); under two days by the hour, which"
                        + " costs more.");
        if (retention.compareTo(LEAST_HISTORY) < 0) {
            settings.problem("history.retention", retention.toString(), "expected at least 1h");
        }
        return new HistoryConfig(
                retention,
                new OwnTime(
                        settings.optionalText(
                                "history.timestamp.field",
                                "Top-level field in which readings say when they were taken (seconds or milliseconds since 1970, or"
                                        + " RFC 3339); without it the time is that of the arrival. As rules.timestamp.field."),
                        settings.duration(
                                "history.timestamp.max-future",
                                Duration.ofMinutes(1),
                                "A time further ahead of the arrival is not believed; one less far ahead counts as the arrival."),
                        settings.duration(
                                "history.timestamp.max-backlog",
                                Duration.ofHours(24),
                                "A time further behind the arrival is not believed.")),
                settings.flag(
                        "history.timescaledb",
                        true,
                        "Keep telemetry in a TimescaleDB hypertable where the extension is installed and there is no history yet."),
                Recorder.of(settings));
    }

    private static Optional<PskMaster> pskMaster(Settings settings) {
        String path = "identity.psk.master-key";
        Optional<String> hex = settings.secret(
                path, "From which the keys of devices for TLS-PSK are derived, as openssl rand -hex 32 makes one.");
        try {
            return hex.map(PskMaster::parse);
        } catch (IllegalArgumentException e) {
            settings.problem(path, "its value", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<URI> ruleEngines(Settings settings) {
        String path = "rules.engines";
        List<URI> engines = new ArrayList<>();
        for (String text : settings.list(
                path,
                List.of("http://127.0.0.1:9102"),
                "Ops ports of the rule engines, for GET /rules; a name is asked at all its addresses.")) {
            if (text.matches("http://(\\[[0-9a-fA-F:]+]|[A-Za-z0-9.-]+):[0-9]{1,5}/?")) {
                engines.add(URI.create(text));
            } else {
                settings.problem(path, "\"" + text + "\"", "expected http://host:port");
            }
        }
        return engines;
    }

    private static HttpConfig http(Settings settings) {
        return new HttpConfig(
                settings.text("http.host", "127.0.0.1", "Address of the REST API; 0.0.0.0 for all."),
                settings.port("http.port", 8080, "REST API and console."),
                ServerConfig.of(settings),
                (int) Math.min(
                        settings.bytes("http.max-body", 1 << 20, "Largest request that is taken."), Integer.MAX_VALUE));
    }

    private static DatabaseConfig database(Settings settings) {
        String url = settings.text(
                "database.url", "postgresql://127.0.0.1:5432/millrace", "PostgreSQL, postgresql://host:port/database.");
        // Parameters would be read by two drivers in two ways.
        if (!url.matches("postgresql://[^/@?]+/[^/?]+")) {
            settings.problem(
                    "database.url",
                    "\"" + url + "\"",
                    "expected postgresql://host:port/database; for TLS set database.tls.ca");
        }
        return new DatabaseConfig(
                url,
                settings.text("database.user", "millrace", "User of the database."),
                settings.secret("database.password", "Password of the database's user.")
                        .orElse(""),
                settings.optionalPath(
                        "database.tls.ca",
                        "PEM file of authorities; given, all connections use TLS, and the database's certificate must be by one of them for the host in database.url. A new file is taken for the next connection."),
                settings.number("database.pool-size", 12, 2, 500, "Most connections to the database at once."),
                settings.flag(
                        "database.migrate",
                        true,
                        "Bring the tables to this version's shape at start; else wait until millrace migrate has done it."));
    }

    private static CommandsConfig commands(Settings settings) {
        return new CommandsConfig(
                settings.duration(
                        "commands.default-expiry",
                        Duration.ofHours(1),
                        "How long a command sent over REST waits for its device if it names no expiresIn."),
                settings.duration(
                        "commands.dispatch-timeout",
                        Duration.ofSeconds(30),
                        "A command that is sent and of which its gateway says nothing for so long is sent again."),
                (int) Math.min(
                        settings.bytes("commands.max-payload", 64 << 10, "Largest payload of a command over REST."),
                        Integer.MAX_VALUE),
                settings.duration(
                        "commands.retention",
                        Duration.ofDays(30),
                        "How long ended commands and resolved alerts are kept."));
    }

    /** For a consumer of that name: a killed member is missed soon, a restarted one with a name at once. */
    public Map<String, Object> consumer(String name, int batch) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("session.timeout.ms", 10_000);
        settings.put("heartbeat.interval.ms", 3_000);
        settings.put("max.poll.records", batch);
        instance.ifPresent(id -> settings.put("group.instance.id", id + "-" + name));
        return settings;
    }

    /**
     * As {@link #consumer}, for what nobody waits for: records gather at the broker for up to 300 ms, so that steady traffic
     * costs a few large transactions a second and not hundreds of small ones.
     */
    public Map<String, Object> gatheringConsumer(String name, int batch) {
        Map<String, Object> settings = consumer(name, batch);
        settings.put("fetch.min.bytes", 1 << 20);
        settings.put("fetch.max.wait.ms", 300);
        return settings;
    }
}
