package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.model.Trigger;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rules with which a new installation starts. */
class ShippedRulesTest {

    private final RuleSet rules = load();

    private static RuleSet load() {
        try (InputStream file =
                Objects.requireNonNull(RuleSet.class.getResourceAsStream("/io/millrace/rules/default.rules.yaml"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            RuleFiles.Loaded loaded = RuleFiles.compile(List.of(new SourceText("default.rules.yaml", text)));
            assertThat(loaded.problems()).isEmpty();
            return loaded.rules().orElseThrow();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private Rule rule(String name) {
        return rules.rules().stream()
                .filter(rule -> rule.id().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Template text(Map<String, Template> texts, String name) {
        return Objects.requireNonNull(texts.get(name));
    }

    private Frame at(double temperature) {
        FieldValues values = new FieldValues(rules.fields().size());
        for (Field field : rules.fields().fields()) {
            field.number(values, temperature, 0);
        }
        Frame frame = new Frame();
        frame.bind(values, "esp32-01", DeviceAttributes.UNREGISTERED, 0);
        return frame;
    }

    @Test
    void theFanGoesOnAbove30AndOffBelow27() {
        Trigger fan = rule("fan").trigger();
        assertThat(fan.expr().orElseThrow().test(at(30))).isZero();
        assertThat(fan.expr().orElseThrow().test(at(31))).isEqualTo(1);
        assertThat(fan.resolve().orElseThrow().test(at(27))).isZero();
        assertThat(fan.resolve().orElseThrow().test(at(26))).isEqualTo(1);
        assertThat(sent(rule("fan").onFiring())).containsExactly("FAN_ON");
        assertThat(sent(rule("fan").onResolved())).containsExactly("FAN_OFF");
    }

    private List<String> sent(List<Action> actions) {
        return actions.stream()
                .map(action -> ((Action.Send) action).payload().render(at(31)).orElseThrow())
                .toList();
    }

    @Test
    void aLooseSensorWireIsNoTemperature() {
        assertThat(rule("fan").trigger().resolve().orElseThrow().test(at(-127))).isEqualTo(2);
    }

    @Test
    void heatAndSilenceAreReported() {
        Rule hot = rule("TooHot");
        assertThat(hot.timing().holdFor()).isEqualTo(Duration.ofMinutes(5));
        assertThat(text(hot.labels(), "severity").render(at(41))).hasValue("critical");
        assertThat(text(hot.annotations(), "summary").render(at(41))).hasValue("esp32-01 is at 41.0 °C");
        assertThat(rule("DeviceSilent").trigger().absentFor()).hasValue(Duration.ofMinutes(10));
        assertThat(text(rule("DeviceSilent").annotations(), "summary").render(at(20)))
                .as("without a last message")
                .isEmpty();
    }
}
