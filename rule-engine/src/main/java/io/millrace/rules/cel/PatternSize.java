package io.millrace.rules.cel;

/**
 * How large a regular expression becomes when its counted repetitions are written out, as RE2 does: four of them nested make
 * gigabytes of a line. An upper bound; pure.
 */
final class PatternSize {

    /** Beyond this nobody counts. */
    private static final long ENORMOUS = 1L << 40;

    private final String pattern;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    static long of(String pattern) {
        PatternSize size = new PatternSize(pattern);
        long sum = 0;
        while (size.at < pattern.length()) {
            // A parenthesis too many is the compiler's to complain of.
            sum = Math.min(ENORMOUS, sum + size.sequence(0));
            size.at++;
        }
        return sum;
    }

    /** Up to the end, or to the parenthesis that closes it. */
    private long sequence(int depth) {
        long sum = 0;
        while (at < pattern.length() && pattern.charAt(at) != ')') {
            long atom = atom(depth);
            sum = Math.min(ENORMOUS, sum + Math.min(ENORMOUS, atom * repetitions()));
        }
        return sum;
    }

    private long atom(int depth) {
        char first = pattern.charAt(at++);
        if (first == '\\') {
            at++;
        } else if (first == '[') {
            at = Math.max(at, classEnd());
        } else if (first == '(') {
            if (depth > 200) {
                at = pattern.length();
                return ENORMOUS;
            }
            long inner = sequence(depth + 1);
            at++;
            return inner + 2;
        }
        return 1;
    }

    private int classEnd() {
        int end = pattern.indexOf(']', at + 1);
        return end < 0 ? pattern.length() : end + 1;
    }

    /** The product of what follows an atom: {@code {3}{4}} is twelve. */
    private long repetitions() {
        long product = 1;
        while (at < pattern.length() && pattern.charAt(at) == '{') {
            int end = pattern.indexOf('}', at);
            String[] counts =
                    end < 0 ? new String[0] : pattern.substring(at + 1, end).split(",", -1);
            long most = 1;
            for (String count : counts) {
                most = count.matches("\\d{1,6}") ? Math.max(most, Long.parseLong(count)) : most;
            }
            product = Math.min(ENORMOUS, product * most);
            at = end < 0 ? pattern.length() : end + 1;
        }
        return product;
    }
}
