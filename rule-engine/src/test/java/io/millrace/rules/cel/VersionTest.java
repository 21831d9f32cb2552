package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionTest {

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    /** The order of semver.org, clause 11. */
    @Test
    void preReleasesComeBeforeTheirReleaseAndNumbersBeforeWords() {
        List<String> inOrder = List.of(
                "0.9.10",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.2.0",
                "1.10.0",
                "2.0.0");
        for (int i = 1; i < inOrder.size(); i++) {
            assertThat(version(inOrder.get(i - 1))).as(inOrder.get(i)).isLessThan(version(inOrder.get(i)));
        }
    }

    @Test
    void firmwareMayBeShortAndMayBeginWithV() {
        assertThat(version("v2.1")).isEqualTo(version("2.1.0")).hasToString("2.1.0");
        assertThat(version("2")).isEqualByComparingTo(version("2.0.0+build.7"));
        assertThat(Version.parse("two")).isEmpty();
        assertThat(Version.parse("1.2.3.4")).isEmpty();
        assertThat(Version.parse("")).isEmpty();
    }
}
