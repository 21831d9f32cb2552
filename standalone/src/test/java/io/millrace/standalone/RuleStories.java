package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Rules, read, broken, tried and changed. */
interface RuleStories extends ConsoleStories {
    String FILE = "default.rules.yaml";
    String EDITOR = "/rules/edit/" + FILE;
    String TEXT = "Text of " + FILE;

    @Test
    default void rulesAreShownWithTheirHealthAndLeadToTheirLine() {
        rig().as(ConsoleRig.VIEWER, "/rules").seePage("Rules");
        browser().see("fan", "TooHot", "DeviceSilent", "Leak");
        int line = rig().lineOf(FILE, "- rule: fan");
        browser().follow(FILE + ":" + line);
        browser().seePage("Rules in " + FILE);
        browser().waitFor("document.activeElement.selectionStart > 0", true);
        assertThat(
                        browser()
                                .run(
                                        "const a = document.activeElement; return a.value.slice(0, a.selectionStart).split('\\n').length"))
                .isEqualTo((long) line);
    }

    @Test
    default void aMistakeIsToldAtItsLineWhileOneTypesAndGoesWithItsCause() {
        rig().as(ConsoleRig.OPERATOR, EDITOR).seePage("Rules in " + FILE);
        browser().see("No mistakes found");
        int lines = (int) rig().rules(FILE).lines().count();
        browser().typeAtEnd(TEXT, "\n  - rule: typo\n    expr: temperatur > 30\n    send: FAN_ON\n");
        browser().see("line " + (lines + 3), "temperatur");
        assertThat(browser().texts(".problem-place"))
                .anySatisfy(place -> assertThat(place).contains("Error").contains("line "));
        browser().press("Discard my changes");
        browser().pressIn("dialog[open]", "Discard my changes");
        browser().see("No mistakes found");
    }

    @Test
    default void whatIsBeingTypedOutlivesAReloadOfThePage() {
        rig().as(ConsoleRig.OPERATOR, EDITOR).seePage("Rules in " + FILE);
        browser().typeAtEnd(TEXT, "\n# remember me");
        browser().reload();
        browser().see("This is your draft");
        assertThat(browser().value(TEXT)).endsWith("# remember me");
        browser().press("Discard my changes");
        browser().pressIn("dialog[open]", "Discard my changes");
        assertThat(browser().value(TEXT)).doesNotContain("# remember me");
    }

    @Test
    default void aRuleChangedAndSavedSwitchesTheFanOfASimulatedBoard() {
        rig().as(ConsoleRig.OPERATOR, EDITOR).seePage("Rules in " + FILE);
        String before = rig().rules(FILE);
        browser()
                .typeAll(
                        TEXT,
                        before.replace("expr: temperature > 30", "expr: temperature > 1")
                                .replace("temperature < 27", "temperature < 0"));
        browser().see("No mistakes found");
        browser().keys(Keys.chord(Keys.CONTROL, "s"));
        browser().see("is saved");
        try {
            await().untilAsserted(() -> assertThat(fan(ConsoleRig.BOARD)).isTrue());
            rig().as(ConsoleRig.OPERATOR, "/devices/" + ConsoleRig.BOARD).see("FAN_ON");
        } finally {
            rig().saveRules(FILE, before);
        }
    }

    private boolean fan(String board) {
        JsonNode state = rig().rest.get("/devices/" + board + "/state");
        return state.at("/telemetry/fanState/value").asBoolean();
    }

    @Test
    default void aRuleIsTriedOnWhatABoardHasSent() {
        rig().as(ConsoleRig.OPERATOR, "/rules/new").seePage("New rule file");
        browser().press("A command when a value passes a limit");
        browser().typeAll("New rule file", "rules:\n- rule: always\n  expr: temperature > -40\n  send: FAN_ON\n");
        browser().see("No mistakes found");
        browser().type("Device", ConsoleRig.BOARD);
        browser().press("Try");
        browser().see("becomes firing", "FAN_ON");
        browser().press("Discard my changes");
        browser().pressIn("dialog[open]", "Discard my changes");
    }

    @Test
    default void aNameThatIsNoneIsAnsweredAtItsField() {
        rig().as(ConsoleRig.OPERATOR, "/rules/new").seePage("New rule file");
        browser().press("Save");
        assertThat(browser().wrongAt("File name")).contains("is needed");
        browser().type("File name", "pumps.txt");
        browser().press("Save");
        assertThat(browser().wrongAt("File name"))
                .contains("\"pumps.txt\" is not a name for a rule file", ".rules.yaml");
    }
}
