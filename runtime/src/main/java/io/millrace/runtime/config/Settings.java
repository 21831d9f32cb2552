package io.millrace.runtime.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one process, read key by key. Each reading names the key, its default and what it means, so that the
 * reference file can be written from it. A value comes from, first found: the command line ({@link Builder#override}), the
 * environment ({@code MILLRACE_} + path), the file, the default. A wrong value does not throw at once: {@link #finish} names
 * all problems together, unknown keys among them. Used by one thread, at start.
 */
public final class Settings {
    /** What a process knows of one key. */
    public record Key(String path, String defaultText, String meaning) {}

    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final Pattern SIZE = Pattern.compile("(\\d+) ?(B|KiB|MiB|GiB)?");

    private final Map<String, String> overrides;
    private final Map<String, String> environment;
    private final Map<String, ConfigFile.Entry> file;
    private final List<Key> keys = new ArrayList<>();
    private final List<String> properties = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Settings(Builder builder) {
        overrides = Map.copyOf(builder.overrides);
        environment = Map.copyOf(builder.environment);
        file = builder.file == null ? Map.of() : ConfigFile.read(builder.file);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Where values come from; without a call for a source it is empty. */
    public static final class Builder {
        private final Map<String, String> overrides = new LinkedHashMap<>();
        private Map<String, String> environment = Map.of();
        private @Nullable Path file;

        private Builder() {}

        @CanIgnoreReturnValue
        public Builder file(Path path) {
            file = path;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder environment(Map<String, String> variables) {
            environment = variables;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder override(String path, Object value) {
            overrides.put(path, value.toString());
            return this;
        }

        /** @throws ConfigException if the file cannot be read */
        public Settings build() {
            return new Settings(this);
        }
    }

    public String text(String path, String defaultValue, String meaning) {
        return read(path, defaultValue, defaultValue, meaning, Function.identity());
    }

    public Optional<String> optionalText(String path, String meaning) {
        return read(path, "", Optional.empty(), meaning, text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
    }

    /** Plain values separated by commas, or a YAML list. */
    public List<String> list(String path, List<String> defaultValue, String meaning) {
        return read(
                path,
                String.join(",", defaultValue),
                defaultValue,
                meaning,
                text -> text.isBlank() ? List.of() : List.of(text.trim().split(" *, *")));
    }

    /** A whole number within bounds. */
    public int number(String path, int defaultValue, int min, int max, String meaning) {
        return read(path, Integer.toString(defaultValue), defaultValue, meaning, text -> {
            String expected = "expected a whole number from " + min + " to " + max;
            try {
                int value = Integer.parseInt(text);
                if (value < min || value > max) {
                    throw new IllegalArgumentException(expected);
                }
                return value;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(expected, e);
            }
        });
    }

    /** A TCP port; 0 takes any free one. */
    public int port(String path, int defaultValue, String meaning) {
        return number(path, defaultValue, 0, 65535, meaning);
    }

    public boolean flag(String path, boolean defaultValue, String meaning) {
        return read(path, Boolean.toString(defaultValue), defaultValue, meaning, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        });
    }

    /** A length of time such as {@code 500ms}, {@code 5s}, {@code 1h30m}. */
    public Duration duration(String path, Duration defaultValue, String meaning) {
        return read(path, durationText(defaultValue), defaultValue, meaning, Settings::parseDuration);
    }

    /** Bytes, such as {@code 262144}, {@code 256 KiB}, {@code 64MiB}. */
    public long bytes(String path, long defaultValue, String meaning) {
        return read(path, sizeText(defaultValue), defaultValue, meaning, Settings::parseSize);
    }

    public Path path(String path, Path defaultValue, String meaning) {
        return read(path, defaultValue.toString(), defaultValue, meaning, Path::of);
    }

    public Optional<Path> optionalPath(String path, String meaning) {
        return optionalText(path, meaning).map(Path::of);
    }

    /** A secret, written here or in the file that {@code <path>-file} names; its value is never shown. */
    public Optional<String> secret(String path, String meaning) {
        Optional<String> direct = optionalText(path, meaning);
        Optional<String> fromFile = optionalText(path + "-file", "File that holds " + path + ".");
        if (direct.isPresent() && fromFile.isPresent()) {
            problems.add(place(path) + path + ": also given by " + path + "-file (expected one of them)");
        }
        if (direct.isPresent() || fromFile.isEmpty()) {
            return direct;
        }
        try {
            return Optional.of(Files.readString(Path.of(fromFile.get())).strip());
        } catch (IOException e) {
            problems.add(place(path + "-file") + path + "-file: " + fromFile.get() + " cannot be read");
            return Optional.empty();
        }
    }

    /** All keys below a path, passed on as they are; from the environment with {@code _} for each dot. */
    public Map<String, String> properties(String path, String meaning) {
        keys.add(new Key(path + ".*", "", meaning));
        properties.add(path + ".");
        Map<String, String> values = new LinkedHashMap<>();
        file.forEach((key, entry) -> {
            if (key.startsWith(path + ".")) {
                values.put(key.substring(path.length() + 1), entry.text());
            }
        });
        String variable = variable(path) + "_";
        environment.forEach((name, value) -> {
            if (name.startsWith(variable)) {
                values.put(
                        name.substring(variable.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        value);
            }
        });
        overrides.forEach((key, value) -> {
            if (key.startsWith(path + ".")) {
                values.put(key.substring(path.length() + 1), value);
            }
        });
        return values;
    }

    /** Records a value that reads well but cannot be used, found by the caller. */
    public void problem(String path, String value, String expected) {
        problems.add(place(path) + path + ": " + value + " (" + expected + ")");
    }

    /**
     * To be called once all keys have been read.
     *
     * @throws ConfigException with every problem found, unknown keys included
     */
    public void finish() {
        List<String> known = keys.stream().map(Key::path).toList();
        for (String key : file.keySet()) {
            if (!known.contains(key) && properties.stream().noneMatch(key::startsWith)) {
                String help = Nearest.to(key, known)
                        .map(near -> " (did you mean " + near + "?)")
                        .orElse("");
                problems.add(place(key) + key + ": unknown key" + help);
            }
        }
        for (String key : overrides.keySet()) {
            if (!known.contains(key) && properties.stream().noneMatch(key::startsWith)) {
                throw new IllegalStateException("nothing reads the setting " + key);
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** What has been read, in order: the reference of this process's settings. */
    public List<Key> keys() {
        return List.copyOf(keys);
    }

    /** {@code mqtt.max-packet-size} becomes {@code MILLRACE_MQTT_MAX_PACKET_SIZE}. */
    static String variable(String path) {
        return "MILLRACE_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private <T> T read(String path, String defaultText, T defaultValue, String meaning, Function<String, T> parser) {
        keys.add(new Key(path, defaultText, meaning));
        Optional<String> found = find(path);
        if (found.isEmpty()) {
            return defaultValue;
        }
        try {
            return parser.apply(found.get());
        } catch (IllegalArgumentException e) {
            problem(path, "\"" + found.get() + "\"", String.valueOf(e.getMessage()));
            return defaultValue;
        }
    }

    private Optional<String> find(String path) {
        return Optional.ofNullable(overrides.get(path))
                .or(() -> Optional.ofNullable(environment.get(variable(path))))
                .or(() -> Optional.ofNullable(file.get(path)).map(ConfigFile.Entry::text));
    }

    private String place(String path) {
        if (overrides.containsKey(path)) {
            return "";
        }
        if (environment.containsKey(variable(path))) {
            return variable(path) + ": ";
        }
        ConfigFile.Entry entry = file.get(path);
        return entry == null ? "" : entry.place() + ": ";
    }

    private static Duration parseDuration(String text) {
        Matcher m = DURATION.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            throw new IllegalArgumentException("expected a duration such as 500ms, 5s or 1h30m");
        }
        return Duration.ofHours(part(m, 1))
                .plusMinutes(part(m, 2))
                .plusSeconds(part(m, 3))
                .plusMillis(part(m, 4));
    }

    private static long part(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static long parseSize(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected a size such as 262144, 256 KiB or 64 MiB");
        }
        long number = Long.parseLong(m.group(1));
        String unit = m.group(2);
        if (unit == null) {
            return number;
        }
        return switch (unit) {
            case "KiB" -> number << 10;
            case "MiB" -> number << 20;
            case "GiB" -> number << 30;
            default -> number;
        };
    }

    private static String durationText(Duration d) {
        String text = (d.toHours() > 0 ? d.toHours() + "h" : "")
                + (d.toMinutesPart() > 0 ? d.toMinutesPart() + "m" : "")
                + (d.toSecondsPart() > 0 ? d.toSecondsPart() + "s" : "")
                + (d.toMillisPart() > 0 ? d.toMillisPart() + "ms" : "");
        return text.isEmpty() ? "0s" : text;
    }

    private static String sizeText(long bytes) {
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes > 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : Long.toString(bytes);
    }
}
