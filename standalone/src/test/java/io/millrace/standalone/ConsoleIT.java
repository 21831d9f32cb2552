package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console as people use it, on a running system. The stories stand in the interfaces, one for each kind of work. Every one begins
 * in daylight at a desk, and none may end with a complaint of the browser.
 */
@Timeout(60)
class ConsoleIT
        implements SignInStories,
                DeviceStories,
                AlertStories,
                RuleStories,
                FieldStories,
                RoleStories,
                ThemeStories,
                TourStories {
    @TempDir
    static Path dir;

    private static @Nullable ConsoleRig rig;

    @RegisterExtension
    static final AfterTestExecutionCallback LAST_LOOK = context -> {
        if (context.getExecutionException().isPresent() && rig != null) {
            rig.browser.screenshot("failed-" + context.getRequiredTestMethod().getName());
        }
    };

    @BeforeAll
    static void start() {
        Optional<BrowserPrograms> programs = BrowserPrograms.here();
        assumeTrue(programs.isPresent(), BrowserPrograms.MISSING);
        rig = new ConsoleRig(programs.orElseThrow(), dir);
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @Override
    public ConsoleRig rig() {
        return Objects.requireNonNull(rig);
    }

    @BeforeEach
    void inDaylightAtADesk() {
        browser().desktop();
        browser().prefers("light");
    }

    @AfterEach
    void withoutAComplaint() {
        assertThat(browser().complaints()).isEmpty();
    }
}
