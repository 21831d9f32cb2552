package io.millrace.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses with dev.cel and turns its first complaint into plain words (E205). Macros are off: the language has no list functions yet. */
final class Syntax {

    /** Code points of an expression: to read ten times as many, well chosen, takes a minute. */
    private static final int LONGEST = 10_000;

    private static final CelParser PARSER =
            CelParserFactory.standardCelParserBuilder().setStandardMacros().build();
    private static final Pattern UNEXPECTED =
            Pattern.compile("(?:mismatched|extraneous) input '(.*?)' expecting (.*)", Pattern.DOTALL);
    private static final Pattern NO_TOKEN = Pattern.compile("token recognition error at: '(.*)'", Pattern.DOTALL);
    private static final Pattern NO_INPUT = Pattern.compile("no viable alternative at input '(.*)'", Pattern.DOTALL);
    private static final Pattern ABSENT = Pattern.compile("missing '(.*?)' at '(.*)'", Pattern.DOTALL);
    private static final Pattern RESERVED = Pattern.compile("reserved identifier: (\\w+)");
    private static final Map<String, String> OTHER_LANGUAGES = Map.of(
            "and", "&&", "AND", "&&", "or", "||", "OR", "||", "not", "!", "NOT", "!", "=", "==", "&", "&&", "|", "||",
            "<>", "!=");
    private static final Set<String> BEFORE_A_VALUE =
            Set.of(">", "<", ">=", "<=", "==", "!=", "&&", "||", "+", "-", "*", "/", "%", "!", "?", ":", "(", "[", ",");

    private Syntax() {}

    static CelAbstractSyntaxTree parse(String text) throws Refused {
        if (text.isBlank()) {
            throw new Refused("E205", 0, 1, "empty expression", "write a condition such as `temperature > 30`");
        }
        if (Texts.length(text) > LONGEST) {
            throw new Refused(
                    "E208",
                    0,
                    1,
                    String.format(Locale.ROOT, "expression of %,d characters, limit %,d", Texts.length(text), LONGEST),
                    "give parts of it names under `vars`");
        }
        CelValidationResult result = PARSER.parse(text);
        if (result.hasError()) {
            throw refusal(text, result.getErrors().get(0));
        }
        try {
            return result.getAst();
        } catch (CelValidationException impossible) {
            throw new IllegalStateException("dev.cel parsed it and has no tree: " + text, impossible);
        }
    }

    private static Refused refusal(String text, CelIssue issue) {
        int offset = offset(text, issue);
        String message = issue.getMessage();
        Matcher matcher = RESERVED.matcher(message);
        if (matcher.find()) {
            return reserved(offset, matcher.group(1));
        }
        matcher = UNEXPECTED.matcher(message);
        if (matcher.find()) {
            return unexpected(text, offset, matcher.group(1), matcher.group(2).startsWith("{'["));
        }
        matcher = NO_TOKEN.matcher(message);
        if (matcher.find()) {
            return noToken(offset, matcher.group(1).strip());
        }
        matcher = ABSENT.matcher(message);
        if (matcher.find()) {
            return new Refused(
                    "E205", offset, 1, "expected `" + matcher.group(1) + "` " + before(matcher.group(2)), "");
        }
        matcher = NO_INPUT.matcher(message);
        if (matcher.find()) {
            return new Refused("E205", offset, Texts.tokenLength(text, offset), "not understood from here", "");
        }
        if (message.contains("recursion limit")) {
            return new Refused("E208", 0, Texts.length(text), "nested more than 250 deep", "split the rule");
        }
        if (message.startsWith("For input string")) {
            return new Refused(
                    "E205",
                    offset,
                    Texts.tokenLength(text, offset),
                    "the number is too large",
                    "write it with a decimal point");
        }
        return new Refused(
                "E205",
                offset,
                Texts.tokenLength(text, offset),
                message.lines().findFirst().orElse(message),
                "");
    }

    private static Refused unexpected(String text, int offset, String token, boolean valueExpected) {
        boolean end = token.equals("<EOF>");
        if (token.equals("in")
                && valueExpected
                && Texts.previousToken(text, offset).isEmpty()) {
            return reserved(offset, token);
        }
        if (valueExpected) {
            String previous = Texts.previousToken(text, offset);
            String place = BEFORE_A_VALUE.contains(previous) ? "after `" + previous + "`" : before(token);
            if (OTHER_LANGUAGES.containsKey(previous + token)) {
                return foreign(offset - 1, previous + token);
            }
            return new Refused("E205", offset, end ? 1 : token.length(), "expected a value " + place, "");
        }
        if (OTHER_LANGUAGES.containsKey(token)) {
            return foreign(offset, token);
        }
        if (Texts.isIdentifier(token) && Texts.isDigit(Texts.codePointBefore(text, offset))) {
            return new Refused(
                    "E205",
                    offset,
                    token.length(),
                    "a number has no unit here",
                    "windows and durations are texts: \"5m\"");
        }
        return new Refused(
                "E205",
                offset,
                end ? 1 : token.length(),
                "expected an operator such as `>` or `&&` " + before(token),
                token.equals(")") ? "one closing parenthesis too many" : "");
    }

    private static Refused noToken(int offset, String token) {
        if (OTHER_LANGUAGES.containsKey(token)) {
            return foreign(offset, token);
        }
        if ((token.startsWith("\"") || token.startsWith("'"))
                && token.length() > 2
                && token.charAt(token.length() - 2) == '\\') {
            String escape = token.substring(token.length() - 2);
            return new Refused(
                    "E205",
                    offset + Texts.length(token) - 2,
                    2,
                    "`" + escape + "` is no escape in a text",
                    "write `\\" + escape + "`, or r\"…\" for a text without escapes");
        }
        if (token.startsWith("\"") || token.startsWith("'")) {
            return new Refused(
                    "E205",
                    offset,
                    Texts.length(token),
                    "the text has no closing quote",
                    "end it with " + token.charAt(0));
        }
        return new Refused("E205", offset, Math.max(1, Texts.length(token)), "`" + token + "` means nothing here", "");
    }

    private static Refused foreign(int offset, String token) {
        return new Refused(
                "E205",
                offset,
                token.length(),
                "`" + token + "` is no operator",
                "write `" + OTHER_LANGUAGES.get(token) + "`");
    }

    private static Refused reserved(int offset, String word) {
        return new Refused(
                "E205",
                offset,
                word.length(),
                "\"" + word + "\" is a reserved word",
                "a field of that name is written msg[\"" + word + "\"]");
    }

    private static String before(String token) {
        return token.equals("<EOF>") ? "at the end" : "before `" + token + "`";
    }

    private static int offset(String text, CelIssue issue) {
        int line = 1;
        int offset = 0;
        int[] points = text.codePoints().toArray();
        while (line < issue.getSourceLocation().getLine() && offset < points.length) {
            if (points[offset++] == '\n') {
                line++;
            }
        }
        return Math.min(
                points.length, offset + Math.max(0, issue.getSourceLocation().getColumn()));
    }
}
