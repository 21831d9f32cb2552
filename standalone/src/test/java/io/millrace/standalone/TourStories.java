package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page, by day and by night, at a desk and on a phone: it can be used by all, and nothing lies outside of it. */
interface TourStories extends ConsoleStories {
    @ParameterizedTest
    @CsvSource({
        "sign-in, nobody, /, Sign in to Millrace",
        "overview, olga, /, Overview",
        "devices, olga, /devices, Devices",
        "device, olga, /devices/esp32-sim-00001, esp32-sim-00001",
        "alerts, olga, /alerts, Alerts",
        "rules, olga, /rules, Rules",
        "rule-editor, olga, /rules/edit/default.rules.yaml, Rules in default.rules.yaml",
        "commands, olga, /commands, Commands",
        "batch, olga, /commands/batch/new, New batch",
        "administration, admin, /admin, Administration",
        "missing, olga, /no/such/page, There is no such page"
    })
    default void thePageCanBeUsedByAllInLightAndDarkAtADeskAndOnAPhone(
            String name, String person, String path, String heading) {
        if (person.equals("nobody")) {
            rig().nobody(path);
        } else {
            rig().as(person, path);
        }
        browser().seePage(heading);
        browser().settled();
        browser().screenshot(name);
        assertThat(Accessibility.problems(browser())).as("light").isEmpty();

        browser().prefers("dark");
        browser().screenshot(name + "-dark");
        assertThat(Accessibility.problems(browser())).as("dark").isEmpty();

        browser().prefers("light");
        browser().phone();
        browser().settled();
        browser().screenshot(name + "-phone");
        assertThat(beyondTheEdge()).as("on a phone").isEmpty();
        assertThat(Accessibility.problems(browser())).as("on a phone").isEmpty();
    }

    /** What makes a phone scroll sideways. */
    private List<?> beyondTheEdge() {
        return (List<?>) browser().run("""
                if (document.documentElement.scrollWidth <= innerWidth) return [];
                return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                    .map(e => e.tagName + "." + e.className + " " + e.innerText?.slice(0, 40));
                """);
    }
}
