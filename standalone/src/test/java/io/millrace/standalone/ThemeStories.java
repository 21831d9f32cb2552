package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the browser remembers of how somebody likes it: light and dark, and whether the first steps are in sight. */
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

    @Test
    default void theFirstStepsAreInSightUntilTheyAreFolded() {
        rig().as(ConsoleRig.VIEWER, "/").seePage("Overview");
        browser().see("Edit a rule");
        browser().press("Begin here");
        browser().seeNo("Edit a rule");
        browser().reload();
        browser().see("Begin here");
        browser().seeNo("Edit a rule");
        browser().press("Begin here");
        browser().see("Edit a rule");
        browser().reload();
        browser().see("Edit a rule");
    }
}
