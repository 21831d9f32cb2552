package io.millrace.simulator;

import java.util.List;

/** The report as one HTML file that asks no other host for anything: figures, charts over time, the text at the end. Pure. */
final class HtmlReport {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1d2733; --paper: #fff; --grid: #d8dee6; --soft: #5b6775; --bad: #b3261e;
              --c0: #0b6bcb; --c1: #d9480f; --c2: #2b8a3e; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --paper: #14191f; --grid: #333d48; --soft: #9aa7b5;
              --bad: #ff8a80; --c0: #62aef7; --c1: #ff9b66; --c2: #74d68a; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1500px;
              margin: 2rem auto; padding: 0 1rem; }
            .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 1rem; margin: 1rem 0; }
            .figures div { border: 1px solid var(--grid); border-radius: 6px; padding: .6rem .8rem; }
            .figures b { display: block; font-size: 1.4rem; font-weight: 600; }
            .figures span { color: var(--soft); }
            .bad b { color: var(--bad); }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(460px, 1fr)); gap: 1rem; }
            svg { width: 100%; border: 1px solid var(--grid); border-radius: 6px; }
            svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
            svg .title { font-size: 13px; font-weight: 600; fill: var(--ink); }
            svg .grid { stroke: var(--grid); }
            polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
            polyline.line0 { stroke: var(--c0); } polyline.line1 { stroke: var(--c1); } polyline.line2 { stroke: var(--c2); }
            svg .legend.line0 { fill: var(--c0); } svg .legend.line1 { fill: var(--c1); } svg .legend.line2 { fill: var(--c2); }
            pre { overflow-x: auto; border: 1px solid var(--grid); border-radius: 6px; padding: .8rem; }
            """;

    private static final List<LineChart> CHARTS = List.of(
            new LineChart("Messages a second")
                    .line("readings", Sample::readingsPerSecond)
                    .line("acknowledged", Sample::acknowledgedPerSecond),
            new LineChart("PUBACK, ms").line("p50", Sample::acknowledgementP50).line("p99", Sample::acknowledgementP99),
            new LineChart("Reaction, ms").line("p50", Sample::reactionP50).line("p99", Sample::reactionP99),
            new LineChart("Open connections").line("open", Sample::open),
            new LineChart("Connections a second")
                    .line("accepted", Sample::connectsPerSecond)
                    .line("lost", Sample::lostPerSecond),
            new LineChart("Commands a second").line("commands", Sample::commandsPerSecond));

    private HtmlReport() {}

    static String of(Outcome outcome) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(escaped(outcome.name()))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body><h1>")
                .append(escaped(outcome.name()))
                .append("</h1><div class=\"figures\">\n");
        figures(outcome, page);
        page.append("</div><div class=\"charts\">\n");
        for (LineChart chart : CHARTS) {
            if (!chart.isEmpty(outcome.timeline())) {
                page.append(chart.svg(outcome.timeline())).append('\n');
            }
        }
        return page.append("</div><h2>In words</h2><pre>")
                .append(escaped(SimulatorReport.text(outcome)))
                .append("</pre></body></html>\n")
                .toString();
    }

    private static void figures(Outcome outcome, StringBuilder page) {
        SimulatorStats stats = outcome.stats();
        double seconds = Math.max(1e-3, stats.elapsed().toMillis() / 1000.0);
        figure(page, SimulatorReport.number(stats.devices()), "devices", false);
        figure(page, SimulatorReport.rate(stats.publishes().readings() / seconds), "readings a second", false);
        latency(page, stats.publishes().acknowledgement(), "PUBACK");
        latency(page, stats.reactions().reaction(), "reaction");
        long lost = stats.connects().lost();
        figure(page, SimulatorReport.number(lost), "connections lost", lost > 0);
        figure(page, SimulatorReport.number(stats.connects().reconnects()), "reconnects", false);
        outcome.findings().ifPresent(findings -> {
            figure(page, SimulatorReport.number(findings.lost()), "acknowledged readings lost", !findings.good());
            figure(page, SimulatorReport.number(findings.duplicated()), "duplicated in Kafka", false);
            figure(page, SimulatorReport.number(findings.reordered()), "reordered in Kafka", findings.reordered() > 0);
        });
    }

    private static void latency(StringBuilder page, Latency latency, String name) {
        if (latency.count() > 0) {
            String both = SimulatorReport.rate(latency.p50()) + " / " + SimulatorReport.rate(latency.p99()) + " ms";
            figure(page, both, name + " p50 / p99", false);
        }
    }

    private static void figure(StringBuilder page, String value, String name, boolean bad) {
        page.append(bad ? "<div class=\"bad\">" : "<div>")
                .append("<b>")
                .append(value)
                .append("</b><span>")
                .append(name)
                .append("</span></div>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
