package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Light and dark. */
interface ThemeStories extends ConsoleStories {
    String BACKGROUND =
            "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => part < 60)";

    @Test
    default void theConsoleIsAsDarkAsTheSystemOrAsItIsTold() {
        rig().as(ConsoleRig.VIEWER, "/").seePage("Overview");
        assertThat(browser().run(BACKGROUND)).isEqualTo(false);
        browser().prefers("dark");
        assertThat(browser().run(BACKGROUND)).isEqualTo(true);
        browser().press("Theme: system");
        browser().press("Theme: light");
        browser().prefers("light");
        assertThat(browser().run(BACKGROUND)).as("told to be dark").isEqualTo(true);
        browser().reload();
        browser().seePage("Overview");
        assertThat(browser().run(BACKGROUND)).as("still").isEqualTo(true);
        browser().press("Theme: dark");
        assertThat(browser().run(BACKGROUND)).as("as the system again").isEqualTo(false);
    }
}
