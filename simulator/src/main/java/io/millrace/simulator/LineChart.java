package io.millrace.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws one chart over time as SVG that stands in an HTML page by itself. Pure. */
final class LineChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 220;
    private static final int LEFT = 64;
    private static final int RIGHT = 12;
    private static final int TOP = 30;
    private static final int BOTTOM = 26;
    private static final int GRID_LINES = 4;
    private static final int TIME_MARKS = 6;

    /** One line; `css` is the class that gives its colour. */
    private record Line(String name, String css, ToDoubleFunction<Sample> value) {}

    private final String title;
    private final List<Line> lines = new ArrayList<>();

    LineChart(String title) {
        this.title = title;
    }

    LineChart line(String name, ToDoubleFunction<Sample> value) {
        lines.add(new Line(name, "line" + lines.size(), value));
        return this;
    }

    /** True if no line is ever above zero: then there is nothing to draw. */
    boolean isEmpty(List<Sample> samples) {
        return highest(samples) <= 0;
    }

    String svg(List<Sample> samples) {
        double top = round(highest(samples));
        double end = samples.isEmpty() ? 1 : samples.get(samples.size() - 1).seconds();
        StringBuilder svg = new StringBuilder();
        svg.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, title));
        svg.append(format("<text class=\"title\" x=\"%d\" y=\"16\">%s</text>", LEFT, title));
        legend(svg);
        for (int i = 0; i <= GRID_LINES; i++) {
            double value = top * i / GRID_LINES;
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y(value, top), y(value, top)));
            svg.append(format(
                    "<text class=\"mark\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>",
                    LEFT - 6, y(value, top) + 4, SimulatorReport.rate(value)));
        }
        for (int i = 0; i <= TIME_MARKS; i++) {
            double seconds = end * i / TIME_MARKS;
            svg.append(format(
                    "<text class=\"mark\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%.0f s</text>",
                    x(seconds, end), HEIGHT - 8, seconds));
        }
        for (Line line : lines) {
            svg.append(format("<polyline class=\"%s\" points=\"", line.css()));
            for (Sample sample : samples) {
                svg.append(format(
                        "%.1f,%.1f ", x(sample.seconds(), end), y(line.value().applyAsDouble(sample), top)));
            }
            svg.append("\"/>");
        }
        return svg.append("</svg>").toString();
    }

    private void legend(StringBuilder svg) {
        int x = WIDTH - RIGHT;
        for (int i = lines.size() - 1; i >= 0; i--) {
            svg.append(format(
                    "<text class=\"legend %s\" text-anchor=\"end\" x=\"%d\" y=\"16\">%s</text>",
                    lines.get(i).css(), x, lines.get(i).name()));
            x -= 16 + 7 * lines.get(i).name().length();
        }
    }

    private double highest(List<Sample> samples) {
        return samples.stream()
                .flatMapToDouble(sample ->
                        lines.stream().mapToDouble(line -> line.value().applyAsDouble(sample)))
                .max()
                .orElse(0);
    }

    /** The next of 1, 2, 4, 5, 8, 10 times a power of ten, so that a quarter of it is a number to read. */
    private static double round(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 4, 5, 8}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static double x(double seconds, double end) {
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / Math.max(1e-3, end);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
