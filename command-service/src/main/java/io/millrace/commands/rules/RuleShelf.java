package io.millrace.commands.rules;

import io.millrace.commands.rules.RuleEngines.Said;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleFileSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule files of all engines as one: those of the engine where they can be edited, else those of the first that answers. Pure.
 *
 * @param address of that engine
 */
public record RuleShelf(String address, RuleFileSet files) {

    /** Empty if no engine has shown its files. */
    public static Optional<RuleShelf> of(List<Said> answers) {
        List<RuleShelf> shelves = new ArrayList<>();
        for (Said answer : answers) {
            if (answer.status() == 200) {
                shelves.add(
                        new RuleShelf(answer.address(), Json.read(answer.page().getBytes(), RuleFileSet.class)));
            }
        }
        List<RuleShelf> open =
                shelves.stream().filter(shelf -> shelf.files.reason().isEmpty()).toList();
        if (open.isEmpty()) {
            return shelves.stream().findFirst();
        }
        RuleShelf first = open.get(0);
        return Optional.of(open.stream()
                .filter(other -> first.files.fromPath()
                        && other.files.fromPath()
                        && !other.files.hash().equals(first.files.hash()))
                .findFirst()
                .map(first::unlike)
                .orElse(first));
    }

    /** Each would put its own in force again and again. */
    private RuleShelf unlike(RuleShelf other) {
        return new RuleShelf(
                address,
                new RuleFileSet(
                        files.instance(),
                        files.hash(),
                        true,
                        Optional.of("the engines " + files.instance() + " and " + other.files.instance()
                                + " have different files, and both have rules.editable: true: leave it to one of them, or let"
                                + " them share a directory"),
                        files.items()));
    }
}
