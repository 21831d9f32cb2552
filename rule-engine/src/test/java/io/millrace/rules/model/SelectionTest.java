package io.millrace.rules.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.DeviceAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {

    private static final DeviceAttributes FRIDGE =
            new DeviceAttributes(Map.of("kind", "fridge", "site", "berlin"), Map.of());

    @Test
    void aGlobMatchesTheWholeId() {
        assertThat(new Glob("gh-*").matches("gh-")).isTrue();
        assertThat(new Glob("gh-*").matches("gh-07")).isTrue();
        assertThat(new Glob("gh-*").matches("xgh-07")).isFalse();
        assertThat(new Glob("gh-?").matches("gh-07")).isFalse();
        assertThat(new Glob("*-?7").matches("a-b-07")).isTrue();
        assertThat(new Glob("a*b*c").matches("aXbXbXc")).isTrue();
        assertThat(new Glob("a*b*c").matches("aXbXcX")).isFalse();
        assertThat(new Glob("a.c").matches("abc")).isFalse();
        assertThat(new Glob("*").matches("")).isTrue();
    }

    @Test
    void allPartsMustFit() {
        Selection fridges = new Selection(
                List.of(),
                Map.of("kind", List.of("fridge"), "site", List.of("berlin", "hamburg")),
                List.of(new Glob("lab-*")),
                Optional.empty(),
                Optional.empty());
        assertThat(fridges.matches("f1", FRIDGE)).isTrue();
        assertThat(fridges.matches("lab-1", FRIDGE)).isFalse();
        assertThat(fridges.matches("f1", new DeviceAttributes(Map.of("kind", "fridge", "site", "rome"), Map.of())))
                .isFalse();
        assertThat(fridges.matches("f1", DeviceAttributes.UNREGISTERED)).isFalse();
        Selection inGroup = fridges.within(
                new Selection(List.of(new Glob("f?")), Map.of(), List.of(), Optional.empty(), Optional.empty()));
        assertThat(inGroup.matches("f1", FRIDGE)).isTrue();
        assertThat(inGroup.matches("f10", FRIDGE)).isFalse();
    }

    @Test
    void whoIsNotInTheRegistryBelongsToRulesWithoutLabels() {
        assertThat(Selection.ALL.matches("anything", DeviceAttributes.UNREGISTERED))
                .isTrue();
        assertThat(Selection.ALL.byIdOnly()).isTrue();
    }

    @Test
    void aRolloutReachesItsShareAndAlwaysTheSame() {
        Operation tenth = new Operation(true, false, 10, Operation.OnRemoved.RESOLVE, Optional.empty());
        Operation half = new Operation(true, false, 50, Operation.OnRemoved.RESOLVE, Optional.empty());
        List<String> first = IntStream.range(0, 10_000)
                .mapToObj(i -> "esp32-" + i)
                .filter(tenth::reaches)
                .toList();
        assertThat(first).hasSizeBetween(800, 1_200).allMatch(half::reaches);
    }
}
