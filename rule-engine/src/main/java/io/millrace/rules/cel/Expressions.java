package io.millrace.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.HistoryTable;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.expression.Template;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Patience;
import io.millrace.rules.source.Problems;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compiles the expressions and templates of one file; what is written twice is compiled once. What cannot be compiled is reported at its place in the file and comes back
 * empty.
 */
public final class Expressions {

    private static final int COST_LIMIT = 10_000;
    private static final int MOST_WINDOWS = 8;

    private final Scope scope;
    private final Problems problems;
    private final Map<String, Compiled> conditions = new HashMap<>();
    private final Map<String, Compiled> placeholders = new HashMap<>();
    private final BitSet remembered = new BitSet();
    private final List<String> meanings = new ArrayList<>();
    private final Locals locals = new Locals();
    private int worstCost;

    public Expressions(Scope scope, Problems problems) {
        this.scope = scope;
        this.problems = problems;
    }

    /** The cost of the most expensive expression so far. */
    public int worstCost() {
        return worstCost;
    }

    /** Begins another rule: without variables; what its expressions have to remember is counted from here. */
    public void beginRule() {
        remembered.clear();
        meanings.clear();
        locals.clearVariables();
    }

    /** A record stands somewhere in the file, and will be {@link #record compiled} before the rules. */
    public void announceRecord(String name) {
        locals.announceRecord(name);
    }

    /** A derived field: from here on its name stands for this expression. */
    public void record(String name, Passage passage, Problems.Subject subject) {
        Compiled meaning = meaning(passage, subject);
        locals.addRecord(name, meaning);
    }

    /** A variable of the rule at hand: its name stands for this expression until the next rule begins. */
    public void variable(String name, Passage passage, Problems.Subject subject) {
        locals.addVariable(name, meaning(passage, subject));
    }

    /** In the place of the expression of a record or variable that could not even be read. */
    public void missing(String name, boolean record) {
        if (record) {
            locals.addRecord(name, Compiled.MISSING);
        } else {
            locals.addVariable(name, Compiled.MISSING);
        }
    }

    /** True if expressions can call it by that name: a plain word that the language does not use itself. */
    public static boolean isName(String text) {
        return Texts.isIdentifier(text) && !Name.CLASHING.contains(text);
    }

    private Compiled meaning(Passage passage, Problems.Subject subject) {
        try {
            Compiled compiled = compile(passage.text(), false);
            warn(compiled, passage, subject);
            return compiled;
        } catch (Refused mistake) {
            report(mistake, passage, 0, subject, mistake.code());
            return Compiled.MISSING;
        }
    }

    private void warn(Compiled compiled, Passage passage, Problems.Subject subject) {
        int length = Texts.length(passage.text().strip());
        compiled.doubts()
                .forEach(doubt -> problems.warning(
                        passage.position(), length, doubt.code(), subject, doubt.message(), doubt.help()));
    }

    /** What the expressions since {@link #beginRule} mean that use variables or records: their words alone do not tell. */
    public List<String> meanings() {
        return List.copyOf(meanings);
    }

    /** The histories that the expressions since {@link #beginRule} read, those inside of others included. */
    public Slots remembered() {
        return Slots.of(remembered);
    }

    /** True if the expression ends too early to be what its author wrote: the mark of a value cut off by YAML. */
    public static boolean endsTooEarly(String expression) {
        try {
            return Syntax.parse(expression) == null;
        } catch (Refused mistake) {
            return mistake.offset() >= Texts.length(expression.stripTrailing())
                    || mistake.what().contains("closing quote");
        }
    }

    public Optional<Condition> condition(Passage passage, Problems.Subject subject) {
        try {
            Compiled compiled = compile(passage.text(), false);
            Kind kind = compiled.term().kind();
            if (kind != Kind.BOOL && kind != Kind.ANY) {
                int start =
                        passage.text().length() - passage.text().stripLeading().length();
                throw new Refused(
                        "E203",
                        start,
                        Texts.length(passage.text().strip()),
                        "the condition is " + kind.description() + ", not true or false",
                        comparisonHelp(passage.text().strip(), kind));
            }
            warn(compiled, passage, subject);
            return Optional.of(new Condition(
                    compiled.term().flag(),
                    compiled.decisive(),
                    compiled.inputs(),
                    compiled.nextChange(),
                    compiled.parts(),
                    compiled.fault(),
                    passage.text().strip(),
                    passage.position(),
                    compiled.claim()));
        } catch (Refused mistake) {
            report(mistake, passage, 0, subject, mistake.code());
            return Optional.empty();
        }
    }

    static String comparisonHelp(String what, Kind kind) {
        return switch (kind) {
            case NUMBER -> "compare it, for example `" + what + " > 30`";
            case TEXT -> "compare it, for example `" + what + " == \"open\"`";
            default -> "compare it with something";
        };
    }

    /** A text with {@code ${CEL}} in it; {@code $${} stands for a literal one. */
    public Optional<Template> template(Passage passage, Problems.Subject subject) {
        TemplateText text = TemplateText.of(passage.text());
        List<Template.Part> parts = new ArrayList<>();
        Inputs inputs = Inputs.NONE;
        for (TemplateText.Piece piece : text.pieces()) {
            if (!piece.isExpression()) {
                parts.add(new Template.Literal(piece.text()));
                continue;
            }
            Optional<Compiled> compiled = placeholder(passage, piece.from(), piece.to(), subject);
            if (compiled.isPresent()) {
                inputs = inputs.and(compiled.get().inputs());
                parts.add(new Template.Value(compiled.get().term().value(), piece.text()));
            }
        }
        text.unclosed()
                .ifPresent(at -> problems.error(
                        passage.position(at),
                        2,
                        "E210",
                        subject,
                        "`${` is never closed",
                        "end it with }, or write $${ for a literal ${"));
        return parts.size() == text.pieces().size() && text.unclosed().isEmpty()
                ? Optional.of(new Template(parts, inputs, passage.text()))
                : Optional.empty();
    }

    private Optional<Compiled> placeholder(Passage passage, int from, int to, Problems.Subject subject) {
        try {
            return Optional.of(compile(passage.part(from, to).text(), true));
        } catch (Refused mistake) {
            report(mistake, passage, from, subject, mistake.code().equals("E205") ? "E210" : mistake.code());
            return Optional.empty();
        }
    }

    private void report(Refused mistake, Passage passage, int shift, Problems.Subject subject, String code) {
        problems.error(
                passage.position(shift + mistake.offset()),
                mistake.span(),
                code,
                subject,
                mistake.what(),
                mistake.help());
    }

    private Compiled compile(String text, boolean inTemplate) throws Refused {
        Patience.check();
        Map<String, Compiled> known = inTemplate ? placeholders : conditions;
        Compiled compiled = locals.hasVariables() ? null : known.get(text);
        if (compiled == null) {
            compiled = compileAnew(text, inTemplate);
            if (!locals.hasVariables()) {
                known.put(text, compiled);
            }
        }
        if (compiled.named()) {
            meanings.add(compiled.normal());
        }
        remember(compiled.inputs().histories(), text);
        return compiled;
    }

    private Compiled compileAnew(String text, boolean inTemplate) throws Refused {
        Names.Resolved resolved = Names.resolve(text, this::mustBeKnown, inTemplate, locals.names());
        CelAbstractSyntaxTree checked = Checker.check(resolved, this::kind);
        Closures closures = new Closures(resolved, checked, scope, locals);
        Term term = closures.compile();
        worstCost = Math.max(worstCost, closures.cost());
        if (closures.cost() > COST_LIMIT) {
            throw closures.tooDear(COST_LIMIT);
        }
        return new Compiled(
                term,
                closures.decisive(),
                closures.inputs(),
                closures.nextChange(),
                closures.parts(),
                closures.fault(),
                closures.normal(),
                closures.cost(),
                closures.named(),
                Doubts.about(resolved, scope),
                Claims.of(resolved, scope, locals));
    }

    private void remember(Slots histories, String text) throws Refused {
        for (int slot : histories.toArray()) {
            remembered.set(slot);
        }
        HistoryTable.Builder table = scope.slots().histories();
        long windows = remembered.stream()
                .mapToObj(table::at)
                .filter(history -> history.kind().isOfTime())
                .map(history -> history.size() + " " + history.what())
                .distinct()
                .count();
        if (windows > MOST_WINDOWS) {
            throw new Refused(
                    "E206",
                    0,
                    Texts.length(text),
                    "the rule looks at more than " + MOST_WINDOWS + " windows of time",
                    "split the rule, or let several functions share a window");
        }
    }

    private void mustBeKnown(Name name) {
        if (!(name instanceof Name.OfField field)) {
            return;
        }
        if (field.path().size() == 1 && locals.isLater(field.path().get(0))) {
            throw new Names.UnknownName(Set.of(), "the record of that name stands further down");
        }
        if (!scope.knows(field.path())) {
            Set<String> known = new TreeSet<>(scope.names());
            known.addAll(locals.names());
            throw new Names.UnknownName(known, "");
        }
    }

    private Kind kind(Name name) {
        if (name instanceof Name.OfField field) {
            return scope.kind(field);
        }
        if (name instanceof Name.Local local) {
            return locals.meaning(local).term().kind();
        }
        if (name instanceof Name.DeviceId || name instanceof Name.DeviceLabel) {
            return Kind.TEXT;
        }
        return name instanceof Name.Now ? Kind.TIME : Kind.ANY;
    }
}
