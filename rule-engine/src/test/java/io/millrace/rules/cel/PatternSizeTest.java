package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatternSizeTest {

    @Test
    void repetitionsMultiplyWhatTheyRepeat() {
        assertThat(PatternSize.of("abc")).isEqualTo(3);
        assertThat(PatternSize.of("a{3}b")).isEqualTo(4);
        assertThat(PatternSize.of("(ab){2,5}")).isEqualTo(20);
        assertThat(PatternSize.of("a{3}{4}")).isEqualTo(12);
        assertThat(PatternSize.of("[a-z{9}]{2}")).isEqualTo(2);
        assertThat(PatternSize.of("\\({5}")).isEqualTo(5);
        assertThat(PatternSize.of("((((a{1,100}){1,100}){1,100}){1,100})")).isGreaterThan(100_000_000);
    }

    @Test
    void whatIsNoPatternHasASizeToo() {
        assertThat(PatternSize.of("a)b)c")).isPositive();
        assertThat(PatternSize.of("[")).isPositive();
        assertThat(PatternSize.of("a{")).isPositive();
        assertThat(PatternSize.of("\\")).isPositive();
        assertThat(PatternSize.of("(".repeat(100_000))).isGreaterThan(1_000_000);
        assertThat(PatternSize.of("")).isZero();
    }
}
