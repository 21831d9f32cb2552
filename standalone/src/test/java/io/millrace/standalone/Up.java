package io.millrace.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** What a test asks {@code up} for: any free ports, a directory of its own. */
final class Up {
    private final Path data;
    private Optional<Path> rules = Optional.empty();
    private boolean anonymous;
    private int simulate;
    private Duration interval = Duration.ofSeconds(15);

    private String adminPassword = "admin-password";

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private Up(Path data) {
        this.data = data;
    }

    static Up in(Path data) {
        return new Up(data);
    }

    Up rules(Path directory) {
        rules = Optional.of(directory);
        return this;
    }

    Up adminPassword(String password) {
        adminPassword = password;
        return this;
    }

    Up allowAnonymous() {
        anonymous = true;
        return this;
    }

    Up simulate(int devices, Duration every) {
        simulate = devices;
        interval = every;
        return this;
    }

    UpConfig build() {
        return new UpConfig(
                data, rules, "127.0.0.1", 0, 0, 0, 0, 0, 0, anonymous, simulate, interval, Optional.of(adminPassword));
    }
}
