package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.FieldType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The closures decide as dev.cel's own runtime does: random expressions over random values, none of them missing. Numbers are
 * written as doubles so that both read them alike; results that are not finite (unknown here) are kept out by small numbers and
 * constant divisors. Windows, the past and what is missing have tests of their own.
 */
class AgainstDevCelTest {

    private static final long SEED = 20261122;
    private static final int EXPRESSIONS = 1_500;
    private static final int VALUES = 8;

    private static final List<String> NUMBERS = List.of("n0", "n1", "n2");
    private static final List<String> FLAGS = List.of("b0", "b1");
    private static final List<String> TEXTS = List.of("s0", "s1");
    private static final List<String> WORDS = List.of("\"\"", "\"a\"", "\"ab\"", "\"B\"", "\"ü😀\"");

    private static final List<String> PATTERNS = List.of("\"a+b?$\"", "\"^[A-Z]\"", "\"ü\"", "\"^$\"", "\"(a|b)*\"");

    private final Random random = new Random(SEED);

    @Test
    void randomExpressionsDecideAlike() throws Exception {
        CelCompiler compiler = compiler();
        CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
                .addLibraries(CelExtensions.math(2), CelExtensions.strings())
                .build();
        int[] seen = new int[3];
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = flag(4);
            CelRuntime.Program program =
                    runtime.createProgram(compiler.compile(text).getAst());
            Workbench bench = bench();
            Condition condition = bench.condition(text);
            for (int j = 0; j < VALUES; j++) {
                Map<String, Object> message = message();
                boolean expected = (Boolean) program.eval(message);
                int found = condition.test(bench.frame(message));
                assertThat(found)
                        .as("%s with %s (seed %d, expression %d)", text, message, SEED, i)
                        .isEqualTo(expected ? 1 : 0);
                seen[found]++;
            }
        }
        assertThat(seen[0]).as("how often false").isGreaterThan(EXPRESSIONS);
        assertThat(seen[1]).as("how often true").isGreaterThan(EXPRESSIONS);
    }

    private static CelCompiler compiler() {
        var builder = CelCompilerFactory.standardCelCompilerBuilder()
                .addLibraries(CelExtensions.math(2), CelExtensions.strings());
        NUMBERS.forEach(name -> builder.addVar(name, SimpleType.DOUBLE));
        FLAGS.forEach(name -> builder.addVar(name, SimpleType.BOOL));
        TEXTS.forEach(name -> builder.addVar(name, SimpleType.STRING));
        return builder.build();
    }

    /** Half of the time with declared types, half of the time with types that only the values know. */
    private Workbench bench() {
        if (random.nextBoolean()) {
            return Workbench.open();
        }
        Map<String, FieldType> types = new LinkedHashMap<>();
        NUMBERS.forEach(name -> types.put(name, FieldType.NUMBER));
        FLAGS.forEach(name -> types.put(name, FieldType.BOOL));
        TEXTS.forEach(name -> types.put(name, FieldType.STRING));
        return Workbench.declaring(types);
    }

    private Map<String, Object> message() {
        Map<String, Object> message = new LinkedHashMap<>();
        NUMBERS.forEach(name -> message.put(name, random.nextInt(9) * 0.5 - 2));
        FLAGS.forEach(name -> message.put(name, random.nextBoolean()));
        TEXTS.forEach(name ->
                message.put(name, List.of("", "a", "ab", "B", "b\uff5e", "ü😀").get(random.nextInt(6))));
        return message;
    }

    private String flag(int depth) {
        if (depth == 0) {
            return pick(List.of("b0", "b1", "true", "false"));
        }
        return switch (random.nextInt(13)) {
            case 12 -> text(depth - 1) + ".matches(" + pick(PATTERNS) + ")";
            case 0, 1 -> "(" + flag(depth - 1) + " && " + flag(depth - 1) + ")";
            case 2, 3 -> "(" + flag(depth - 1) + " || " + flag(depth - 1) + ")";
            case 4 -> "!" + "(" + flag(depth - 1) + ")";
            case 5 -> "(" + flag(depth - 1) + " ? " + flag(depth - 1) + " : " + flag(depth - 1) + ")";
            case 6, 7, 8 ->
                "(" + number(depth - 1) + pick(List.of(" < ", " <= ", " > ", " >= ", " == ", " != "))
                        + number(depth - 1) + ")";
            case 9 ->
                "(" + text(depth - 1) + pick(List.of(" < ", " <= ", " > ", " >= ", " == ", " != ")) + text(depth - 1)
                        + ")";
            case 10 ->
                text(depth - 1) + pick(List.of(".startsWith(", ".endsWith(", ".contains(")) + text(depth - 1) + ")";
            default ->
                random.nextBoolean()
                        ? "(" + number(depth - 1) + " in [" + number(depth - 1) + ", " + number(depth - 1) + "])"
                        : "(" + text(depth - 1) + " in [" + text(depth - 1) + "])";
        };
    }

    private String number(int depth) {
        if (depth == 0) {
            return random.nextBoolean() ? pick(NUMBERS) : pick(List.of("0.0", "0.5", "1.0", "-1.5", "2.0"));
        }
        return switch (random.nextInt(10)) {
            case 6 ->
                "math." + pick(List.of("abs", "ceil", "floor", "round", "trunc", "sign")) + "(" + number(depth - 1)
                        + ")";
            case 7 ->
                "math." + pick(List.of("least", "greatest")) + "(" + number(depth - 1) + ", " + number(depth - 1) + ")";
            case 8 ->
                "double(" + (random.nextBoolean() ? "size(" + text(depth - 1) + ")" : text(depth - 1) + ".size()")
                        + ")";
            case 9 -> "double(int(" + number(depth - 1) + "))";
            case 0 -> "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
            case 1 -> "(" + number(depth - 1) + " - " + number(depth - 1) + ")";
            case 2 -> "(" + number(depth - 1) + " * " + number(depth - 1) + ")";
            case 3 -> "(" + number(depth - 1) + " / " + pick(List.of("2.0", "-4.0", "0.5")) + ")";
            case 4 -> "-(" + number(depth - 1) + ")";
            default -> "(" + flag(depth - 1) + " ? " + number(depth - 1) + " : " + number(depth - 1) + ")";
        };
    }

    private String text(int depth) {
        if (depth == 0 || random.nextInt(3) > 0) {
            return random.nextBoolean() ? pick(TEXTS) : pick(WORDS);
        }
        if (random.nextInt(3) == 0) {
            return text(depth - 1) + pick(List.of(".lowerAscii()", ".upperAscii()", ".trim()"));
        }
        return random.nextBoolean()
                ? "(" + text(depth - 1) + " + " + text(depth - 1) + ")"
                : "(" + flag(depth - 1) + " ? " + text(depth - 1) + " : " + text(depth - 1) + ")";
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
