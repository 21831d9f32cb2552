package io.millrace.rules.cel;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.history.HistoryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Functions and operators that belong together: declared for dev.cel's type check and compiled to closures. Operators have CEL's
 * own names ({@code _>_}); a member function ({@code x.contains("a")}) gets its target as first argument.
 */
abstract class Family {

    /** Builds the closure of one call. */
    @FunctionalInterface
    interface Builder {
        Term build(Call call) throws Refused;
    }

    /**
     * A call being compiled.
     *
     * @param result as dev.cel determined it
     * @param memory of the expression that the call stands in
     */
    record Call(
            String function,
            List<Term> arguments,
            List<Integer> offsets,
            List<Integer> spans,
            Kind result,
            List<CelExpr> nodes,
            Outline outline,
            Memory memory) {

        /** An argument as it is written. */
        String text(int argument) {
            return outline.text(nodes.get(argument));
        }

        /** The slot of a history of an argument. */
        int history(HistoryKind kind, long size, int argument, Windows.Sampled sampled, int cost) throws Refused {
            OptionalInt slot = memory.history(kind, size, nodes.get(argument), sampled.view(), sampled.sample(), cost);
            if (slot.isEmpty()) {
                throw refuse(
                        "E206",
                        argument,
                        function + " looks back at messages, and `" + text(argument) + "` reads no field of one",
                        "name a telemetry field");
            }
            return slot.getAsInt();
        }

        /** The slot of a telemetry field, if the argument is one. */
        OptionalInt field(int argument) {
            return memory.field(nodes.get(argument));
        }

        /** The type of an argument as far as it cannot be another one after an edit elsewhere in the file. */
        Kind settledKind(int argument) {
            return memory.isOpen(nodes.get(argument))
                    ? Kind.ANY
                    : argument(argument).kind();
        }

        void changesAt(NextChange change) {
            memory.changesAt(change);
        }

        Term argument(int index) {
            return arguments.get(index);
        }

        int size() {
            return arguments.size();
        }

        Refused refuse(String code, int argument, String message, String help) {
            return new Refused(code, offsets.get(argument), spans.get(argument), message, help);
        }

        /** A text that must stand there literally, because it is looked at once only. */
        String constantText(int index, String what) throws Refused {
            if (argument(index).constant() instanceof String text) {
                return text;
            }
            throw refuse("E206", index, what + " must be a constant text", "");
        }
    }

    /** One function in one way of calling it. */
    static final class Definition {
        final String name;
        final boolean member;
        final List<CelOverloadDecl> overloads = new ArrayList<>();
        final Builder builder;
        private String last = "";

        Definition(String name, boolean member, Builder builder) {
            this.name = name;
            this.member = member;
            this.builder = builder;
        }

        @CanIgnoreReturnValue
        Definition takes(CelType result, CelType... arguments) {
            String id = (member ? "member " : "") + name + " " + overloads.size();
            overloads.add(
                    member
                            ? CelOverloadDecl.newMemberOverload(id, result, Arrays.asList(arguments))
                            : CelOverloadDecl.newGlobalOverload(id, result, Arrays.asList(arguments)));
            return this;
        }

        /** How the last argument is written, which every overload takes as any value and the builder then looks at. */
        @CanIgnoreReturnValue
        Definition endsWith(String written) {
            last = written;
            return this;
        }

        /** The first argument that no overload of that many arguments takes; -1 if it is not the type of one argument. */
        int firstMisfit(List<Kind> arguments) {
            for (int i = 0; i < arguments.size(); i++) {
                int at = i;
                Kind kind = arguments.get(i);
                boolean taken = overloads.stream()
                        .map(CelOverloadDecl::parameterTypes)
                        .filter(types -> types.size() == arguments.size())
                        .map(types -> Kind.of(types.get(at)))
                        .anyMatch(type -> type == kind || type == Kind.ANY || kind == Kind.ANY);
                if (!taken
                        && overloads.stream()
                                .anyMatch(each -> each.parameterTypes().size() == arguments.size())) {
                    return i;
                }
            }
            return -1;
        }

        /** The ways to call it, for help: {@code fixed(number, number)}, {@code text.contains(text)}. */
        String usage() {
            return overloads.stream().map(this::usage).distinct().collect(Collectors.joining(" or "));
        }

        private String usage(CelOverloadDecl overload) {
            List<String> words = overload.parameterTypes().stream()
                    .map(type -> Kind.of(type).word())
                    .collect(Collectors.toCollection(ArrayList::new));
            if (!last.isEmpty()) {
                words.set(words.size() - 1, last);
            }
            List<String> inside = member ? words.subList(1, words.size()) : words;
            return (member ? words.get(0) + "." : "") + name + "(" + String.join(", ", inside) + ")";
        }
    }

    private final Map<String, Definition> definitions = new LinkedHashMap<>();

    final Map<String, Definition> definitions() {
        return definitions;
    }

    final Definition function(String name, Builder builder) {
        return define(new Definition(name, false, builder));
    }

    final Definition member(String name, Builder builder) {
        return define(new Definition(name, true, builder));
    }

    private Definition define(Definition definition) {
        definitions.put(key(definition.name, definition.member), definition);
        return definition;
    }

    static String key(String name, boolean member) {
        return member ? "." + name : name;
    }
}
