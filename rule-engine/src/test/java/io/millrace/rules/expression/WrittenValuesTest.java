package io.millrace.rules.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenValuesTest {

    @Test
    void aNumberIsTheShortestTextThatReadsBack() {
        assertThat(Numbers.text(31)).isEqualTo("31");
        assertThat(Numbers.text(0.1 + 0.2)).isEqualTo("0.30000000000000004");
        assertThat(Numbers.text(-0.0)).isEqualTo("0");
        assertThat(Numbers.text(1e-6)).isEqualTo("0.000001");
        assertThat(Numbers.text(123456789012345680.0)).isEqualTo("123456789012345680");
        assertThat(Numbers.text(1e20)).isEqualTo("100000000000000000000");
        for (double number : List.of(1e-9, 1.5e300, 2.5, 1 / 3.0, 1e21, -7.25)) {
            assertThat(Double.parseDouble(Numbers.text(number))).isEqualTo(number);
        }
    }

    @Test
    void aTieGoesAwayFromZeroOnTheDecimalText() {
        assertThat(Numbers.fixed(0.15, 1)).isEqualTo("0.2");
        assertThat(Numbers.fixed(-0.15, 1)).isEqualTo("-0.2");
        assertThat(Numbers.fixed(2.5, 0)).isEqualTo("3");
        assertThat(Numbers.fixed(1e21, 1)).isEqualTo("1000000000000000000000.0");
    }

    @Test
    void durationsReadAndWrite() {
        assertThat(Durations.parse("1h30m")).hasValue(Duration.ofMinutes(90));
        assertThat(Durations.parse("500ms")).hasValue(Duration.ofMillis(500));
        assertThat(Durations.parse("1w2d3h4m5s6ms")).isPresent();
        assertThat(Durations.parse("0s")).hasValue(Duration.ZERO);
        for (String bad : List.of("", "5", "5 m", "-5s", "1m1h", "1.5h", "5M", "99999999999w", "1e3s")) {
            assertThat(Durations.parse(bad)).as(bad).isEmpty();
        }
        assertThat(Durations.text(Duration.ofSeconds(5_405))).isEqualTo("1h30m5s");
        assertThat(Durations.text(Duration.ZERO)).isEqualTo("0s");
    }

    @Test
    void aFieldTakesOnlyWhatItsDeclarationSays() {
        FieldValues values = new FieldValues(1);
        Field ranged = new Field(
                "t", List.of("t"), new FieldDeclaration(FieldType.NUMBER, -40, 125, List.of(), true, "°C"), 0);
        ranged.number(values, 31, 1);
        assertThat(values.value(0)).isEqualTo(31.0);
        ranged.number(values, -127, 2);
        assertThat(values.value(0)).isNull();
        assertThat(values.time(0)).as("the last time at which it had a value").isEqualTo(1);
        ranged.text(values, " 25.5 ", 3);
        assertThat(values.value(0)).isEqualTo(25.5);
        ranged.text(values, "25,5", 4);
        assertThat(values.value(0)).isNull();
        ranged.number(values, Double.POSITIVE_INFINITY, 5);
        assertThat(values.has(0)).isFalse();
        ranged.number(values, 1, 6);
        ranged.flag(values, true, 7);
        assertThat(values.has(0)).isFalse();
        Field door = new Field(
                "d",
                List.of("d"),
                new FieldDeclaration(FieldType.STRING, Double.NaN, Double.NaN, List.of("open"), false, ""),
                0);
        door.text(values, "open", 8);
        assertThat(values.value(0)).isEqualTo("open");
        door.text(values, "ajar", 9);
        assertThat(values.has(0)).isFalse();
    }
}
