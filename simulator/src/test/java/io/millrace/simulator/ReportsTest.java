package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.simulator.ledger.Findings;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** What is written into files, and what is shown meanwhile. */
class ReportsTest {
    private static final Latency NONE = new Latency(0, 0, 0, 0, 0);

    @Test
    void htmlStandsByItselfAndSaysWhatWasLost() throws Exception {
        String html = HtmlReport.of(outcome("pumps <&> \"more\"", 2));

        assertThat(html)
                .contains("<title>pumps &lt;&amp;&gt; &quot;more&quot;</title>")
                .contains("<div class=\"bad\"><b>2</b><span>acknowledged readings lost</span>")
                .contains("of 90 acknowledged readings 2 lost (a:7)")
                .contains("Messages a second", "PUBACK, ms")
                .doesNotContain("http://", "https://", "src=", "href=", "Reaction, ms");
        int begin = html.indexOf("<svg");
        String svg = html.substring(begin, html.indexOf("</svg>") + 6);
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    }

    @Test
    void jsonHasTheTimelineAndTheBooks() throws Exception {
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(outcome("pumps", 0)));

        assertThat(json.at("/kafka/promised").asInt()).isEqualTo(90);
        assertThat(json.at("/timeline/1/readingsPerSecond").asDouble()).isEqualTo(50);
        assertThat(json.get("simulatorCpuMicrosPerMessage").asDouble()).isEqualTo(20);
    }

    @Test
    void longRunKeepsItsWholeCourseInFewSamples() {
        Timeline timeline = new Timeline();
        for (int second = 1; second <= 100_000; second++) {
            timeline.add(sample(second));
        }
        List<Sample> samples = timeline.samples();
        assertThat(samples.size()).isBetween(Timeline.MOST_SAMPLES / 2, Timeline.MOST_SAMPLES);
        assertThat(samples.get(0).seconds()).isLessThan(200);
        assertThat(samples.get(samples.size() - 1).seconds()).isGreaterThan(99_800);
        double pause = samples.get(1).seconds() - samples.get(0).seconds();
        for (int i = 1; i < samples.size(); i++) {
            assertThat(samples.get(i).seconds() - samples.get(i - 1).seconds()).isEqualTo(pause);
        }
    }

    @Test
    void barShowsHowFarARunIs() {
        assertThat(ProgressBar.of(Duration.ofSeconds(30), Optional.of(Duration.ofMinutes(2))))
                .isEqualTo("█████░░░░░░░░░░░░░░░ 0:30/2:00 ");
        assertThat(ProgressBar.of(Duration.ofSeconds(200), Optional.of(Duration.ofMinutes(2))))
                .startsWith("████████████████████ ");
        assertThat(ProgressBar.of(Duration.ofSeconds(3723), Optional.empty())).isEqualTo("1:02:03 ");
    }

    private static Outcome outcome(String name, int lost) {
        SimulatorStats stats = new SimulatorStats(
                Duration.ofSeconds(2),
                4,
                new SimulatorStats.Connects(4, 4, 0, 4, 0, Map.of(), 0, Map.of(), 0, 0),
                new SimulatorStats.Publishes(100, 0, 0, 0, 0, 100, 90, 0, 0, 10, 0, 0, new Latency(90, 2, 3, 4, 5)),
                new SimulatorStats.Commands(0, Map.of(), 0, 0, 0),
                new SimulatorStats.Reactions(0, 0, 0, 0, NONE));
        List<Sample> timeline = new ArrayList<>(List.of(sample(1), sample(2)));
        Findings findings = new Findings(98, 90, lost, 10, 0, 0, 0, 0, lost > 0 ? List.of("a:7") : List.of(), true);
        return new Outcome(name, stats, timeline, Optional.of(findings), 2000);
    }

    private static Sample sample(double second) {
        return new Sample(second, 4, 50, 45, 0, 4, 0, 2, 4, 0, 0);
    }
}
