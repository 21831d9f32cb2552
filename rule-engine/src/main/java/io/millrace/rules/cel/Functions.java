package io.millrace.rules.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All functions and operators of the language. dev.cel's own environment is off: there every literal 30 would be an integer. */
final class Functions {

    static final Functions ALL = new Functions(List.of(
            new Logic(),
            new Comparisons(),
            new Arithmetic(),
            new TextFunctions(),
            new TextParts(),
            new Presence(),
            new Times(),
            new Versions(),
            new Windows(),
            new LastN(),
            new Past()));

    /** Functions of {@code by} rules. */
    static final Set<String> OF_GROUPS = Set.of("avg", "min", "max", "sum", "count", "ratio", "devices");

    /** Words of the language that are not evaluated yet. */
    static final Set<String> RESERVED = union(OF_GROUPS, Set.of("predict_linear", "lookup"));

    private static final CelOptions OPTIONS = CelOptions.current().build();

    private final Map<String, Family.Definition> definitions = new LinkedHashMap<>();
    private final Map<String, CelFunctionDecl> declarations = new LinkedHashMap<>();

    private Functions(List<Family> families) {
        families.forEach(family -> definitions.putAll(family.definitions()));
        Map<String, List<CelOverloadDecl>> byName = new LinkedHashMap<>();
        definitions.values().forEach(definition -> byName.computeIfAbsent(definition.name, name -> new ArrayList<>())
                .addAll(definition.overloads));
        byName.forEach(
                (name, overloads) -> declarations.put(name, CelFunctionDecl.newFunctionDeclaration(name, overloads)));
    }

    /**
     * dev.cel with these functions of the language, and no variables. It builds its environment anew for every check, so that
     * declaring only what an expression uses makes checking several times faster.
     */
    CelCompilerBuilder checker(Collection<String> used) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardEnvironmentEnabled(false)
                .setStandardMacros();
        used.forEach(name -> {
            CelFunctionDecl declaration = declarations.get(name);
            if (declaration != null) {
                builder.addFunctionDeclarations(declaration);
            }
        });
        return builder;
    }

    boolean knows(String function, boolean member) {
        return definitions.containsKey(Family.key(function, member));
    }

    Family.Definition definition(String function, boolean member) {
        Family.Definition definition = definitions.get(Family.key(function, member));
        if (definition == null) {
            throw new IllegalStateException("no definition of " + function);
        }
        return definition;
    }

    /** Names that people write, as member functions or as plain ones. */
    Set<String> names(boolean member) {
        return definitions.values().stream()
                .filter(definition -> definition.member == member && Character.isLetter(definition.name.charAt(0)))
                .map(definition -> definition.name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> union(Set<String> one, Set<String> two) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(two);
        return Set.copyOf(all);
    }
}
