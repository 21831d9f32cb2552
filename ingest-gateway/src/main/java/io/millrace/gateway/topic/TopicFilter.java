package io.millrace.gateway.topic;

import java.util.Arrays;
import java.util.List;

/** An MQTT topic filter [MQTT-4.7]. */
public record TopicFilter(String text) {
    private static final String SHARED = "$share/";

    /** @throws IllegalArgumentException if it is not a filter; see {@link #isValid} */
    public TopicFilter {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "topic filter (expected # only at the end, # and + only as whole levels, 1 to 65535 characters)");
        }
    }

    public static boolean isValid(String filter) {
        if (filter.isEmpty() || filter.length() > 65_535 || filter.indexOf('\0') >= 0) {
            return false;
        }
        List<String> levels = levels(filter);
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wild = level.indexOf('#') >= 0 || level.indexOf('+') >= 0;
            if (wild && level.length() > 1 || level.equals("#") && i < levels.size() - 1) {
                return false;
            }
        }
        return true;
    }

    public static boolean isShared(String filter) {
        return filter.startsWith(SHARED);
    }

    /** Whether a message on that topic is for this filter. Allocates nothing. */
    public boolean matches(String topic) {
        int f = 0;
        int t = 0;
        // Topics that begin with $ are not for filters that begin with a wildcard [MQTT-4.7.2-1].
        if (!topic.isEmpty() && topic.charAt(0) == '$' && text.charAt(0) != '$') {
            return false;
        }
        while (true) {
            int filterEnd = levelEnd(text, f);
            if (filterEnd - f == 1 && text.charAt(f) == '#') {
                return true;
            }
            int topicEnd = levelEnd(topic, t);
            boolean any = filterEnd - f == 1 && text.charAt(f) == '+';
            if (!any && (filterEnd - f != topicEnd - t || !text.regionMatches(f, topic, t, filterEnd - f))) {
                return false;
            }
            boolean filterOver = filterEnd == text.length();
            boolean topicOver = topicEnd == topic.length();
            if (filterOver && topicOver) {
                return true;
            }
            if (topicOver) {
                // "sport/#" is also for "sport" [MQTT-4.7.1-2].
                return text.startsWith("/#", filterEnd) && filterEnd + 2 == text.length();
            }
            if (filterOver) {
                return false;
            }
            f = filterEnd + 1;
            t = topicEnd + 1;
        }
    }

    private static int levelEnd(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }

    private static List<String> levels(String filter) {
        return Arrays.asList(filter.split("/", -1));
    }
}
