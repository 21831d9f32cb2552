package io.millrace.standalone;

import static io.millrace.standalone.ComposeFile.DEPLOY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts as files; that what they ask for is really exposed is looked at in {@code EndToEndIT} and {@code BehindHaproxyIT}. */
class MonitoringTest {
    @TempDir
    Path scratch;

    @Test
    void alertsAreAsPromtoolWantsThemAndDoWhatTheirTestsSay() throws Exception {
        Shell.assumeInstalled("promtool");
        Shell.run("promtool check rules " + DEPLOY + "/prometheus/alerts.yml");
        Shell.run("promtool test rules " + DEPLOY + "/prometheus/alerts.test.yml");
    }

    @Test
    void prometheusTakesItsConfiguration() throws Exception {
        Shell.assumeInstalled("promtool");
        Path config = Files.writeString(
                scratch.resolve("prometheus.yml"),
                Files.readString(DEPLOY.resolve("prometheus/prometheus.yml"))
                        .replace(
                                "/etc/prometheus",
                                DEPLOY.resolve("prometheus").toAbsolutePath().toString()));
        assertThat(Shell.run("promtool check config " + config)).contains("rules found");
    }

    @Test
    void everyAlertSaysHowSevereItIsAndIsExplained() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "deployment.md"));
        for (JsonNode group : Monitoring.alerts().get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                String name = rule.path("alert").asText();
                assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
                assertThat(rule.at("/annotations/summary").asText()).as(name).isNotEmpty();
                assertThat(page).contains("`" + name + "`");
            }
        }
    }

    @Test
    void panelsOfADashboardAskTheDatasourceThatIsThereAndDoNotOverlap() throws IOException {
        String uid = ComposeFile.yaml(
                        Files.readString(DEPLOY.resolve("grafana/provisioning/datasources/prometheus.yml")))
                .at("/datasources/0/uid")
                .asText();
        Set<String> boards = new HashSet<>();
        for (JsonNode board : Monitoring.dashboards()) {
            assertThat(boards.add(board.get("uid").asText())).isTrue();
            Set<String> taken = new HashSet<>();
            for (JsonNode panel : board.get("panels")) {
                String title =
                        board.get("title").asText() + ": " + panel.get("title").asText();
                assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo(uid);
                JsonNode at = panel.get("gridPos");
                for (int x = 0; x < at.get("w").asInt(); x++) {
                    for (int y = 0; y < at.get("h").asInt(); y++) {
                        int column = at.get("x").asInt() + x;
                        assertThat(column).as(title).isLessThan(24);
                        assertThat(taken.add(column + "/" + (at.get("y").asInt() + y)))
                                .as(title)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(boards).hasSize(5);
    }
}
