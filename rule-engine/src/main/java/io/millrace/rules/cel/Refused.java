package io.millrace.rules.cel;

/** Ends the compilation of one expression at its first mistake; offsets count code points of the expression's text. */
final class Refused extends Exception {

    private final String code;
    private final int offset;
    private final int span;
    private final String help;

    Refused(String code, int offset, int span, String message, String help) {
        super(message, null, false, false);
        this.code = code;
        this.offset = offset;
        this.span = span;
        this.help = help;
    }

    String code() {
        return code;
    }

    int offset() {
        return offset;
    }

    int span() {
        return span;
    }

    String what() {
        return String.valueOf(getMessage());
    }

    String help() {
        return help;
    }
}
