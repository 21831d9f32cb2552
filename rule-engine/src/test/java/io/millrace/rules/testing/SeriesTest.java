package io.millrace.rules.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** promtool's expanding notation. */
class SeriesTest {

    private final List<String> complaints = new ArrayList<>();

    private String expanded(String series) {
        Passage text = new Passage(
                new SourceText("x", series),
                series,
                IntStream.rangeClosed(0, series.length()).toArray());
        return Series.parse(
                        text,
                        (part, message, help) -> complaints.add(part.position().column() + " " + message))
                .stream()
                .map(sample -> sample.map(JsonNode::toString).orElse("_"))
                .collect(Collectors.joining(" "));
    }

    @Test
    void stepsAreCountedAsInPromtool() {
        assertThat(expanded("-2+4x3")).isEqualTo("-2 2 6 10");
        assertThat(expanded("1-2x4")).isEqualTo("1 -1 -3 -5 -7");
        assertThat(expanded("1x4")).isEqualTo("1 1 1 1 1");
        assertThat(expanded("5 _x3 6 _ stale")).isEqualTo("5 _ _ _ 6 _ null");
        assertThat(expanded("0.1+0.1x2")).isEqualTo("0.1 0.2 0.3");
        assertThat(expanded("1x0 true falsex1")).isEqualTo("1 true false false");
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatIsNoSeriesIsNamed() {
        assertThat(expanded("1 2 1+1 3")).isEqualTo("1 2");
        assertThat(expanded("maybe")).isEmpty();
        assertThat(complaints).containsExactly("5 `1+1` is no part of a series", "1 `maybe` is no part of a series");
    }

    @Test
    void aMillionSamplesAreEnough() {
        assertThat(Series.parse(
                        new Passage(new SourceText("x", "1x999999999"), "1x999999999", new int[12]),
                        (part, message, help) -> complaints.add(message)))
                .hasSizeLessThan(1_000_002);
        assertThat(complaints).containsExactly("more than a million samples");
    }
}
